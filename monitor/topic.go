package monitor

// Topic is what a finding is about, as the help knows it: the anchor of its explanation. Failures have their reason or, where nobody
// told one, their kind; what licence servers say has NetServer's word (domain.md §4.5).
func (f Finding) Topic() string {
	switch {
	case f.Reason != "":
		return f.Reason
	case f.Kind == FindingUnreadable && f.Failure != "":
		return FindingUnreadable + "-" + string(f.Failure)
	case f.Kind != FindingStatus:
		return f.Kind
	}
	if _, known := verdicts[f.Case]; !known {
		return "status-other"
	}
	return "status-" + f.Case
}
