package report

import (
	"bytes"
	"strings"
	"testing"
)

func TestWriteKnowsItsFormatsAndNoOther(t *testing.T) {
	for _, format := range Formats {
		var out bytes.Buffer
		if err := Write(&out, format, Input{Snapshot: sample(), Version: "1.2.3"}, noon); err != nil || !strings.Contains(out.String(), "Fjord AS") {
			t.Errorf("%s: %v, or nothing of Fjord AS in it", format, err)
		}
	}
	if err := Write(&bytes.Buffer{}, "pdf", Input{}, noon); err == nil || !strings.Contains(err.Error(), "html, csv, json or ics") {
		t.Errorf("an unknown format: %v, want the known ones named", err)
	}
}
