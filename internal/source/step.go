package source

import (
	"slices"
	"sync"
	"time"
)

// Step is a step of a connection test.
type Step struct {
	Name   string // "settings", "tenant", "name", "connect", "proxy", "tls", "netserver", "sign-in", "licences" or "licence-server"
	Words  string // what it does, such as "Connect to crm.example.com:443"
	State  StepState
	Took   time.Duration // once it has ended
	Detail string        // what it found, in a few words
}

// StepState is how far a step is.
type StepState string

// The states of a step. Caution: it passed, with something to know.
const (
	StepRunning StepState = "running"
	StepGood    StepState = "good"
	StepCaution StepState = "caution"
	StepFailed  StepState = "failed"
)

// steps keeps the steps of one test and reports each as it begins and as it ends. Requests tell of their connection
// from goroutines of their own, also after the test has ended; nothing is reported then.
type steps struct {
	report func(Step)

	mu    sync.Mutex
	list  []Step
	began time.Time // of the last one, while it runs
	over  bool
}

// begin ends the step that runs, which went well then, and begins another. A step that has been is not begun again:
// of several connections the first one counts.
func (s *steps) begin(name, words string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || s.has(name) {
		return
	}
	s.close(StepGood, "")
	s.began = time.Now()
	s.list = append(s.list, Step{Name: name, Words: words, State: StepRunning})
	s.report(s.list[len(s.list)-1])
}

// lead is begin for a step of the way to NetServer: nothing leads there once it is asked.
func (s *steps) lead(name, words string) {
	s.mu.Lock()
	there := s.has("netserver")
	s.mu.Unlock()
	if !there {
		s.begin(name, words)
	}
}

// end ends the named step, if it runs.
func (s *steps) end(name string, state StepState, detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running() == name {
		s.close(state, detail)
	}
}

// fail ends the step that runs; if none does, the named one has failed.
func (s *steps) fail(name, words, detail string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running() == "" && !s.over {
		s.began = time.Now()
		s.list = append(s.list, Step{Name: name, Words: words, State: StepRunning})
	}
	s.close(StepFailed, detail)
}

// stop returns the steps; nothing is added any more.
func (s *steps) stop() []Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.close(StepGood, "")
	s.over = true
	return slices.Clone(s.list)
}

// has, running and close are called with s.mu held.
func (s *steps) has(name string) bool {
	return slices.ContainsFunc(s.list, func(step Step) bool { return step.Name == name })
}

func (s *steps) running() string {
	if n := len(s.list); n > 0 && !s.over && s.list[n-1].State == StepRunning {
		return s.list[n-1].Name
	}
	return ""
}

func (s *steps) close(state StepState, detail string) {
	if s.running() == "" {
		return
	}
	last := &s.list[len(s.list)-1]
	last.State, last.Detail, last.Took = state, detail, time.Since(s.began)
	s.report(*last)
}
