package history

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"licensewatch/monitor"
)

// Past returns what is on record since an instant: of an owner, with what is about its site or its way out, each said once; of a site, how its
// worst stood and what was about any of its owners; or of all, without bands, if both names are empty. Times are in the local zone, to the
// millisecond.
func (s *Store) Past(ctx context.Context, site, owner string, since time.Time) (monitor.Past, error) {
	past := monitor.Past{Since: since}
	err := s.look(ctx, site, func(v *view) error {
		past = monitor.Past{Since: since}
		if site != "" {
			if err := v.bands(&past, place{site, owner}); err != nil {
				return err
			}
		}
		if err := v.events(&past, place{site, owner}); err != nil {
			return err
		}
		return v.tellings(&past, place{site, owner})
	})
	if err != nil {
		return monitor.Past{}, fmt.Errorf("what was of %s: %w", s.Path, err)
	}
	return past, nil
}

func (v *view) bands(past *monitor.Past, of place) error {
	type key = int64 // when it began: what memory says of it is newer
	list := map[key]monitor.Band{}
	err := v.rows(func(rows *sql.Rows) error {
		var b monitor.Band
		var began, until int64
		var invented bool
		if err := rows.Scan(&began, &until, &b.Severity, &b.Text, &invented); err != nil {
			return err
		}
		b.From, b.Until = time.UnixMilli(began), time.UnixMilli(until)
		past.Invented = past.Invented || invented
		list[began] = b
		return nil
	}, `select began, coalesce(until, (select max(until) from watches), began) as ended, severity, text, invented from bands
		where owner = (select id from owners where site = (select id from sites where name = ?) and name = ?) and coalesce(until, 9e18) > ?`,
		v.inFile(of.site), of.owner, ms(past.Since))
	if err != nil {
		return err
	}
	for _, b := range v.memory.bands {
		if b.place == of {
			list[ms(b.from)] = monitor.Band{From: b.from, Until: b.until, Severity: b.severity, Text: b.text}
		}
	}
	if b, ok := v.known[of.owner]; ok {
		list[ms(b.from)] = monitor.Band{From: b.from, Until: v.until, Severity: b.severity, Text: b.text}
	}
	past.Bands = tidy(slices.Collect(maps.Values(list)), past.Since)
	return nil
}

// tidy sorts bands, parts what overlaps, and joins those that differ in nothing that is shown. Bands overlap where the clock was set back:
// then the earlier one goes on behind the later one.
func tidy(list []monitor.Band, since time.Time) []monitor.Band {
	byStart := func(a, b monitor.Band) int { return a.From.Compare(b.From) }
	slices.SortFunc(list, byStart)
	var bands []monitor.Band
	for len(list) > 0 {
		b := list[0]
		list = list[1:]
		if n := len(bands); n > 0 && bands[n-1].Until.After(b.From) {
			if rest := bands[n-1]; rest.Until.After(b.Until) {
				rest.From = b.Until
				i, _ := slices.BinarySearchFunc(list, rest, byStart)
				list = slices.Insert(list, i, rest)
			}
			bands[n-1].Until = b.From
		}
		if n := len(bands); n > 0 && bands[n-1].Until.Equal(b.From) && bands[n-1].Severity == b.Severity && bands[n-1].Text == b.Text {
			bands[n-1].Until = b.Until
			continue
		}
		bands = append(bands, b)
	}
	return slices.DeleteFunc(bands, func(b monitor.Band) bool { return !b.Until.After(b.From) || !b.Until.After(since) })
}

// allEvents are those of all places; the others narrow them down.
const (
	allEvents = `select e.id, e.at, s.name, o.name, e.network, e.was, e.became, e.appeared, e.gone, e.invented
		from events e join owners o on o.id = e.owner join sites s on s.id = o.site where e.at >= ?1`
	siteEvents = allEvents + ` and e.owner in (select id from owners where site = (select id from sites where name = ?2) and (?3 = '' or name in (?3, '')))
		union all ` + allEvents + ` and ?2 <> '' and e.network <> '' and e.owner = (select o.id from owners o join sites s on s.id = o.site where s.name = '' and o.name = '')
			and e.network = (select network from sites where name = ?2)`
	inOrder = ` order by 2, 1`
)

func (v *view) events(past *monitor.Past, of place) error {
	query, args := allEvents, []any{ms(past.Since)}
	if of.site != "" {
		query, args = siteEvents, append(args, v.inFile(of.site), of.owner)
	}
	err := v.rows(func(rows *sql.Rows) error {
		var e monitor.Event
		var id, at int64
		var appeared, gone []byte
		var invented bool
		if err := rows.Scan(&id, &at, &e.Site, &e.Owner, &e.Network, &e.From, &e.To, &appeared, &gone, &invented); err != nil {
			return err
		}
		e.At = time.UnixMilli(at)
		if of.site != "" && e.Site != "" {
			e.Site = of.site
		}
		past.Invented = past.Invented || invented
		err := errors.Join(findings(appeared, &e.Appeared), findings(gone, &e.Gone))
		past.Events = append(past.Events, e)
		return err
	}, query+inOrder, args...)
	for _, e := range v.memory.events {
		outage := e.Site == "" && e.Network != "" && e.Network == v.out
		if !e.At.Before(past.Since) && (of.site == "" || outage || concerns(of, e.Site, e.Owner)) {
			past.Events = append(past.Events, e)
		}
	}
	slices.SortStableFunc(past.Events, func(a, b monitor.Event) int { return a.At.Compare(b.At) })
	if of.owner != "" {
		past.Events = once(past.Events)
	}
	return err
}

// once leaves out what happened to a site as a whole where it is told of its owner at the same instant, too.
func once(events []monitor.Event) []monitor.Event {
	own := map[int64]monitor.Event{}
	for _, e := range events {
		if e.Owner != "" {
			own[ms(e.At)] = e
		}
	}
	return slices.DeleteFunc(events, func(e monitor.Event) bool {
		same, ok := own[ms(e.At)]
		return ok && e.Site != "" && e.Owner == "" && repeated(same.Appeared, e.Appeared) && repeated(same.Gone, e.Gone)
	})
}

// repeated reports whether all of a site's findings are among an owner's.
func repeated(owners, sites []monitor.Finding) bool {
	for _, f := range sites {
		if !slices.ContainsFunc(owners, func(o monitor.Finding) bool { return o.Whole && o.Kind == f.Kind && o.Case == f.Case }) {
			return false
		}
	}
	return true
}

func findings(data []byte, list *[]monitor.Finding) error {
	if string(data) == "[]" {
		return nil
	}
	return json.Unmarshal(data, list)
}

// concerns reports whether what happened at a place is of interest to those who ask for another.
func concerns(of place, site, owner string) bool {
	return site == of.site && (of.owner == "" || owner == "" || owner == of.owner)
}

const (
	allTellings  = `select id, at, title, text, severity, outcome, why, invented from tellings where at >= ?1`
	siteTellings = allTellings + ` and id in (select telling from about where owner in
		(select id from owners where site = (select id from sites where name = ?2) and (?3 = '' or name in (?3, ''))))`
	subjects = `select a.telling, s.name, o.name from about a join owners o on o.id = a.owner join sites s on s.id = o.site
		where a.telling in (select id from tellings where at >= ?1) order by a.telling, s.name, o.name`
)

func (v *view) tellings(past *monitor.Past, of place) error {
	query, args := allTellings, []any{ms(past.Since)}
	if of.site != "" {
		query, args = siteTellings, append(args, v.inFile(of.site), of.owner)
	}
	byID := map[int64]int{}
	err := v.rows(func(rows *sql.Rows) error {
		var t monitor.Telling
		var id, at int64
		var invented bool
		if err := rows.Scan(&id, &at, &t.Title, &t.Text, &t.Severity, &t.Outcome, &t.Why, &invented); err != nil {
			return err
		}
		t.At = time.UnixMilli(at)
		past.Invented = past.Invented || invented
		byID[id] = len(past.Tellings)
		past.Tellings = append(past.Tellings, t)
		return nil
	}, query+inOrder, args...)
	if err == nil && len(byID) > 0 {
		err = v.rows(func(rows *sql.Rows) error {
			var id int64
			var about monitor.Subject
			if err := rows.Scan(&id, &about.Site, &about.Owner); err != nil {
				return err
			}
			if about.Site == v.inFile(of.site) {
				about.Site = of.site
			}
			if i, ok := byID[id]; ok {
				past.Tellings[i].About = append(past.Tellings[i].About, about)
			}
			return nil
		}, subjects, ms(past.Since))
	}
	for _, t := range v.memory.tellings {
		about := slices.ContainsFunc(t.About, func(s monitor.Subject) bool { return concerns(of, s.Site, s.Owner) })
		if !t.At.Before(past.Since) && (of.site == "" || about) {
			past.Tellings = append(past.Tellings, t)
		}
	}
	slices.SortStableFunc(past.Tellings, func(a, b monitor.Telling) int { return a.At.Compare(b.At) })
	return err
}
