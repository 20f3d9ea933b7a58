package monitor

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

func TestRulesTravel(t *testing.T) {
	zone, least := place(t, "America/St_Johns"), Nothing
	for name, want := range map[string]Rules{
		"none": {}, "those that hold": DefaultRules(),
		"all of them": {RemindCritical: new(time.Hour), RemindUnknown: new(time.Duration(0)), RemindWarning: new(2 * time.Hour),
			Quiet: hours(t, "Sat-Sun 00:00-24:00"), Zone: &zone, BreakQuiet: new(true), Least: &least},
	} {
		text, err := json.Marshal(want)
		var got Rules
		if err == nil {
			err = json.Unmarshal(text, &got)
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s is %+v, %v; want %+v", name, text, got, err, want)
		}
	}
}

func TestRulesUnderOthers(t *testing.T) {
	all := DefaultRules()
	all.Quiet = hours(t, "daily 20:00-06:00")
	if got := all.Under(Rules{}); !reflect.DeepEqual(got, all) {
		t.Errorf("without any of its own: %+v", got)
	}
	oslo, warning := place(t, "Europe/Oslo"), Warning
	special := Rules{RemindCritical: new(time.Duration(0)), RemindUnknown: new(time.Hour), RemindWarning: new(3 * time.Hour), Quiet: []Quiet{}, Zone: &oslo,
		BreakQuiet: new(true), Least: &warning}
	if got := all.Under(special); !reflect.DeepEqual(got, special) {
		t.Errorf("with all of its own: %+v, want %+v", got, special)
	}
}

func TestRemindersOfDatesThatHavePassed(t *testing.T) {
	r := DefaultRules()
	for _, tt := range []struct {
		finding Finding
		want    time.Duration
	}{
		{Finding{Kind: FindingSeats, Severity: Warning}, 7 * 24 * time.Hour},
		{Finding{Kind: FindingMaintenance, Severity: Warning}, Overdue}, // nobody may miss it
		{Finding{Kind: FindingStopped, Severity: Critical}, 24 * time.Hour},
		{Finding{Kind: FindingUnreadable, Severity: Unknown}, 24 * time.Hour},
		{Finding{Kind: FindingStatus, Severity: OK}, 0},
	} {
		if got := r.remindAfter(tt.finding); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.finding.Kind, got, tt.want)
		}
	}
	r.RemindWarning = new(time.Duration(0))
	if got := r.remindAfter(Finding{Kind: FindingMaintenance, Severity: Warning}); got != 0 {
		t.Errorf("a reminder that is not wanted comes after %s", got)
	}
	r.RemindWarning = new(2 * time.Hour)
	if got := r.remindAfter(Finding{Kind: FindingMaintenance, Severity: Warning}); got != 2*time.Hour {
		t.Errorf("it comes after %s, more often is wanted", got)
	}
}

func TestNothingIsToldWhereNothingIsWanted(t *testing.T) {
	r := DefaultRules().Under(Rules{Least: new(Nothing)})
	alert, at, told := Alert{}, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), 0
	for look := range 200 { // it changes too often, then stays
		seen := Seen{Look: look, Findings: []Finding{{Kind: FindingStatus, Case: "NewLicenseActivated"}}}
		if look%6 < 3 || look > 20 {
			seen.Findings = append(seen.Findings, Finding{Kind: FindingStopped, Severity: Critical})
		}
		var list []Decision
		alert, list = r.Alert(alert, seen, Hush{}, at)
		for _, d := range list {
			told++
			if d.Fate != Drop || d.Reason != ReasonMild && d.Reason != ReasonFlapping {
				t.Fatalf("at %v: %+v", at, d)
			}
		}
		at = at.Add(time.Hour)
	}
	if told < 4 {
		t.Errorf("%d decisions in all: nothing happened", told)
	}
}
