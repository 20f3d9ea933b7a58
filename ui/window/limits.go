package window

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"licensewatch/monitor"
)

// off is what people write for no warning.
const off = "off"

// ladderText writes a ladder for people, falling: "60, 30, 14". Nil is as it is said more generally, and empty text.
func ladderText(steps []int) string {
	switch {
	case steps == nil:
		return ""
	case len(steps) == 0:
		return off
	}
	var words []string
	for _, n := range falling(steps) {
		words = append(words, strconv.Itoa(n))
	}
	return strings.Join(words, ", ")
}

// readLadder reads what ladderText writes, in any order. fault is what is wrong with it.
func readLadder(text string, needed bool) (steps []int, fault string) {
	const sample = "Write days such as “60, 30, 14”"
	text = strings.Trim(text, " ,;")
	switch {
	case text == "" && needed:
		return nil, sample + ", or “off”."
	case text == "":
		return nil, ""
	case strings.EqualFold(text, off):
		return []int{}, ""
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		n, err := strconv.Atoi(word)
		switch {
		case err != nil:
			return nil, fmt.Sprintf("“%s” is no number of days. %s.", monitor.Harmless(word, 20), sample)
		case n < 1 || n > monitor.MaxStep:
			return nil, fmt.Sprintf("%d is not between 1 and %d days.", n, monitor.MaxStep)
		}
		steps = append(steps, n)
	}
	if len(steps) > monitor.MaxSteps {
		return nil, fmt.Sprintf("These are too many steps: at most %d.", monitor.MaxSteps)
	}
	return slices.Compact(falling(steps)), ""
}

func falling(steps []int) []int {
	steps = slices.Clone(steps)
	slices.Sort(steps)
	slices.Reverse(steps)
	return steps
}

// seatsText writes how few free seats are worth a warning. Nil is as it is said more generally, and empty text.
func seatsText(n *int) string {
	switch {
	case n == nil:
		return ""
	case *n == monitor.NoSeatWarning:
		return off
	}
	return strconv.Itoa(*n)
}

// readFreeSeats reads what seatsText writes. fault is what is wrong with it.
func readFreeSeats(text string, needed bool) (seats *int, fault string) {
	text = strings.TrimSpace(text)
	switch {
	case text == "" && needed:
		return nil, "Write a number such as 1, or “off”."
	case text == "":
		return nil, ""
	case strings.EqualFold(text, off):
		return new(monitor.NoSeatWarning), ""
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil:
		return nil, fmt.Sprintf("“%s” is no number of seats. Write one such as 1, or “off”.", monitor.Harmless(text, 20))
	case n < 0 || n > monitor.MaxFreeSeats:
		return nil, fmt.Sprintf("%d is not between 0 and %d seats.", n, monitor.MaxFreeSeats)
	}
	return &n, ""
}
