package secret

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestTextNeverPrints(t *testing.T) {
	const plain = "s3cret"
	holder := struct{ Password Text }{plain}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("sign-in", "password", holder.Password, "holder", holder)
	printed := fmt.Sprintf("%v %+v %#v %s %q %x", holder, holder, holder, holder.Password, holder.Password, holder.Password) + log.String()
	if strings.Contains(printed, plain) || strings.Contains(printed, fmt.Sprintf("%x", plain)) {
		t.Errorf("the secret shows in %s", printed)
	}
	if string(holder.Password) != plain {
		t.Error("the plain text is lost")
	}
}
