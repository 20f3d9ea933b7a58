package history

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"licensewatch/monitor"
)

// In the environment: the file that this process is to write to until it is killed, and how often the test kills one.
const (
	victimOf = "LICENSEWATCH_HISTORY_VICTIM"
	kills    = "LICENSEWATCH_HISTORY_KILLS"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(victimOf); path != "" {
		if err := victim(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// victim writes one number after the other, each as an event, a notification, a band and a day's seats, and prints those
// that are confirmed.
func victim(path string) error {
	s := Open(Options{Path: path, Trouble: func(text string) { fmt.Fprintln(os.Stderr, text) }})
	go s.Run(context.Background())
	past, err := s.Past(context.Background(), "", "", time.Time{})
	if err != nil {
		return err
	}
	for n := len(past.Events); ; n++ {
		read := noon.AddDate(0, 0, n%1000).Add(time.Duration(n) * time.Second)
		sn := at(noon.Add(time.Duration(n)*time.Second),
			licensed(site("A", "ONE", monitor.Warning, strconv.Itoa(n)), read, monitor.Module{Name: "plan", Plan: true, InUse: n}))
		sn.Events = []monitor.Event{{At: sn.At, Site: "A", Owner: "ONE", Appeared: []monitor.Finding{{Kind: "status", Case: strconv.Itoa(n)}}}}
		s.Take(sn)
		s.Tell(monitor.Telling{At: sn.At, Title: strconv.Itoa(n), About: []monitor.Subject{{Site: "A", Owner: "ONE"}}})
		if err := s.Flush(context.Background()); err != nil {
			return err
		}
		if _, err := fmt.Println(n); err != nil {
			return err
		}
	}
}

func TestWhatIsConfirmedSurvivesAKill(t *testing.T) {
	times := 20
	if text := os.Getenv(kills); text != "" {
		var err error
		if times, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "history.db")
	confirmed := -1
	for range times {
		confirmed = max(confirmed, killOne(t, path, 1+rand.IntN(20), time.Duration(rand.Int64N(int64(10*time.Millisecond)))))
		checkVictims(t, path, confirmed)
		if t.Failed() {
			return
		}
	}
	t.Logf("%d kills, %d numbers confirmed, none lost", times, confirmed+1)
}

// killOne lets a process write until it has confirmed so many numbers, kills it a moment later and returns the last that it confirmed.
func killOne(t *testing.T, path string, after int, moment time.Duration) (confirmed int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimOf+"="+path)
	cmd.Stderr = t.Output()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	confirmed = -1
	lines := bufio.NewScanner(out)
	for n := 0; lines.Scan(); n++ {
		if confirmed, err = strconv.Atoi(lines.Text()); err != nil {
			t.Errorf("a victim wrote %q", lines.Text())
		}
		if n == after {
			time.AfterFunc(moment, func() { cmd.Process.Kill() })
		}
	}
	if cmd.Wait(); cmd.ProcessState.ExitCode() != -1 && cmd.ProcessState.Exited() {
		t.Fatalf("a victim ended by itself: %v", cmd.ProcessState)
	}
	return confirmed
}

// checkVictims opens a history as the next start of the program does, and looks for all numbers up to the last confirmed one.
func checkVictims(t *testing.T, path string, confirmed int) {
	t.Helper()
	s := Open(Options{Path: path, Trouble: func(text string) { t.Errorf("after a kill: %s", text) }})
	defer s.close()
	past, err := s.Past(t.Context(), "A", "ONE", time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if len(past.Events) <= confirmed || len(past.Tellings) <= confirmed {
		t.Errorf("%d was confirmed, but there are %d events and %d notifications", confirmed, len(past.Events), len(past.Tellings))
	}
	for n, e := range past.Events {
		if len(e.Appeared) != 1 || e.Appeared[0].Case != strconv.Itoa(n) || past.Tellings[n].Title != strconv.Itoa(n) || len(past.Tellings[n].About) != 1 {
			t.Fatalf("number %d is %v, %v", n, e, past.Tellings[n])
		}
	}
	rows := func(query string) (n int) {
		t.Helper()
		if err := s.file.conn.QueryRowContext(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if n := rows(`select count(distinct text) from bands where text <> '' and text not like '%:%'`); n <= confirmed {
		t.Errorf("%d was confirmed, but there are %d bands", confirmed, n)
	}
	if n := rows(`select max(in_use) from seats`); n < confirmed {
		t.Errorf("%d was confirmed, but the seats end at %d", confirmed, n)
	}
	if n := rows(`select count(*) from bands where until is null`); n > 0 {
		t.Errorf("%d bands go on though nobody watches", n)
	}
	checkIntegrity(t, s.file.conn)
}

func checkIntegrity(t *testing.T, conn *sql.Conn) {
	t.Helper()
	var found string
	if err := conn.QueryRowContext(t.Context(), `pragma integrity_check`).Scan(&found); err != nil || found != "ok" {
		t.Errorf("integrity_check: %s, %v", found, err)
	}
}
