package settings

import (
	"fmt"
	"slices"
	"strings"

	"licensewatch/monitor"
)

const off = "off" // free_seats without a warning

// ownerFields returns the keys of an owner's block, in the order in which new ones are written.
func ownerFields(o *monitor.OwnerLimits) []field {
	return []field{{"name", &o.Owner}, {"ladder", &o.Ladder}, {"free_seats", &o.FreeSeats}}
}

// checkOwner holds an owner's block against itself and those before it.
func checkOwner(o monitor.OwnerLimits, others []monitor.OwnerLimits) []Problem {
	return problems(ownerOnce(o.Owner, others), ladder(o.Ladder), freeSeats(o.FreeSeats))
}

func ownerOnce(name string, others []monitor.OwnerLimits) *Problem {
	switch {
	case name == "":
		return problem("name", "the owner has no name", `give it, as name = "SUPEROFFICE"`)
	case !ownerName(name):
		return problem("name", fmt.Sprintf("owner %q cannot be a licence owner's name", name), `write it as NetServer does, as "SUPEROFFICE"`)
	case slices.ContainsFunc(others, func(o monitor.OwnerLimits) bool { return strings.EqualFold(o.Owner, name) }):
		return problem("name", fmt.Sprintf("the site has a block for owner %q already", name), "put all of it into one block")
	}
	return nil
}

func ladder(steps []int) *Problem {
	const sample = "write it as ladder = [60, 30, 14, 7, 3, 1], or [] for the issuer's warning date alone"
	if len(steps) > monitor.MaxSteps {
		return problem("ladder", "ladder has too many steps", fmt.Sprintf("use at most %d", monitor.MaxSteps))
	}
	for i, days := range steps {
		switch {
		case days < 1 || days > monitor.MaxStep:
			return problem("ladder", fmt.Sprintf("ladder has a step of %d days, which is not between 1 and %d", days, monitor.MaxStep), sample)
		case slices.Contains(steps[:i], days):
			return problem("ladder", fmt.Sprintf("ladder has the step of %d days twice", days), "leave one out")
		}
	}
	return nil
}

func freeSeats(n *int) *Problem {
	if n != nil && *n != monitor.NoSeatWarning && (*n < 0 || *n > monitor.MaxFreeSeats) {
		return problem("free_seats", fmt.Sprintf("free_seats is %d, which is not between 0 and %d", *n, monitor.MaxFreeSeats), `use a number such as 1, or "off" for no warning`)
	}
	return nil
}

// ownerSection returns the section of that owner's block.
func (s section) ownerSection(name string) (section, bool) {
	for _, block := range s.owners {
		if e, ok := block.find("name"); ok && strings.EqualFold(e.text, name) {
			return block, true
		}
	}
	return section{}, false
}

// arranged returns the owners in the order in which the file will have them: those that it has, then new ones.
func arranged(before, after []monitor.OwnerLimits) []monitor.OwnerLimits {
	place := func(o monitor.OwnerLimits) int {
		i := slices.IndexFunc(before, func(b monitor.OwnerLimits) bool { return strings.EqualFold(b.Owner, o.Owner) })
		if i < 0 {
			return len(before)
		}
		return i
	}
	list := slices.Clone(after)
	slices.SortStableFunc(list, func(a, b monitor.OwnerLimits) int { return place(a) - place(b) })
	if len(list) == 0 {
		return nil
	}
	return list
}

// changedOwners returns the patches that turn the owners' blocks of a site from before into after, which is arranged.
func (d *document) changedOwners(s section, before, after []monitor.OwnerLimits) []patch {
	var patches []patch
	last := s // the part of the site behind which a new block follows
	for i, block := range s.owners {
		was := before[i]
		at := slices.IndexFunc(after, func(o monitor.OwnerLimits) bool { return strings.EqualFold(o.Owner, was.Owner) })
		if at < 0 {
			patches = append(patches, d.removed(block))
			continue
		}
		patches = append(patches, d.changed(block, ownerFields(&was), ownerFields(&after[at]))...)
		last = block
	}
	for _, o := range after {
		if _, ok := s.ownerSection(o.Owner); !ok {
			patches = append(patches, d.follows(last, d.ownerBlock(o)))
		}
	}
	return patches
}

// ownerBlock returns the text of an owner's block, with the line end that it begins with.
func (d *document) ownerBlock(o monitor.OwnerLimits) string {
	return d.newline() + "[[site.owner]]" + d.newline() + d.lines(ownerFields(&o))
}

// follows puts text, which ends with a line end, behind the section's last line.
func (d *document) follows(s section, text string) patch {
	_, last := s.extent()
	at := d.lineEnd(last)
	if d.data[at-1] != '\n' {
		text = d.newline() + strings.TrimSuffix(text, d.newline())
	}
	return patch{span{at, at}, text}
}
