package picture

import "slices"

// gapWidth is how wide a gap is at least to be seen; a narrower one would look like a flaw.
const gapWidth = 3

// use draws what was in use, what was owned, and where the first was more.
func (g *plot) use() {
	for _, run := range g.runs() {
		end := float32(run[len(run)-1].day + 1)
		used := g.steps(run, end, func(s sample) int { return s.inUse })
		area := append([]Point{{used[0].X, g.bottom}}, used...)
		g.add(Path{Points: append(area, Point{used[len(used)-1].X, g.bottom}), Role: Accent, Opacity: 0.25})
		if !g.series.Module.Unrestricted {
			g.excess(run, end)
		}
		g.add(Path{Points: used, Width: 2, Role: Accent})
		if !g.series.Module.Unrestricted {
			g.add(Path{Points: g.steps(run, end, func(s sample) int { return s.total }), Width: 1.5, Role: Ink})
		}
	}
}

// runs are the samples between gaps that can be seen.
func (g *plot) runs() [][]sample {
	var runs [][]sample
	begin := 0
	for i := 1; i <= len(g.samples); i++ {
		if i < len(g.samples) {
			before, next := g.samples[i-1].day+1, g.samples[i].day
			if g.x(float32(next))-g.x(float32(before)) < gapWidth {
				continue
			}
		}
		runs = append(runs, g.samples[begin:i])
		begin = i
	}
	return runs
}

// steps is the line of a run until end, level for each day. Where days are narrower than two units, it goes through the least and the
// greatest of those that share them.
func (g *plot) steps(run []sample, end float32, of func(sample) int) []Point {
	kept := extremes(run, func(s sample) int { return int(g.x(float32(s.day)) / 2) }, of)
	var line []Point
	for i, s := range kept {
		if i > 0 && of(kept[i-1]) == of(s) {
			continue
		}
		x, y := g.x(float32(s.day)), g.y(of(s))
		if i > 0 {
			line = append(line, Point{x, line[len(line)-1].Y})
		}
		line = append(line, Point{x, y})
	}
	return append(line, Point{g.x(end), line[len(line)-1].Y})
}

// extremes keeps of each column the samples with the least and the greatest value, in their order, and the first and the last of all.
func extremes(run []sample, column, of func(sample) int) []sample {
	var kept []sample
	for begin := 0; begin < len(run); {
		least, most, end := begin, begin, begin
		for ; end < len(run) && column(run[end]) == column(run[begin]); end++ {
			if of(run[end]) < of(run[least]) {
				least = end
			}
			if of(run[end]) > of(run[most]) {
				most = end
			}
		}
		a, b := min(least, most), max(least, most)
		kept = append(kept, run[a])
		if b != a {
			kept = append(kept, run[b])
		}
		begin = end
	}
	if first := run[0]; kept[0].day != first.day {
		kept = append([]sample{first}, kept...)
	}
	if last := run[len(run)-1]; kept[len(kept)-1].day != last.day {
		kept = append(kept, last)
	}
	return kept
}

// excess fills what is above the owned seats on the days on which more were in use.
func (g *plot) excess(run []sample, end float32) {
	for begin := 0; begin < len(run); begin++ {
		last := begin
		for last < len(run) && run[last].inUse > run[last].total {
			last++
		}
		if last == begin {
			continue
		}
		until := end
		if last < len(run) {
			until = float32(run[last].day)
		}
		over := run[begin:last]
		area := g.steps(over, until, func(s sample) int { return s.inUse })
		floor := g.steps(over, until, func(s sample) int { return s.total })
		slices.Reverse(floor)
		g.add(Path{Points: append(area, floor...), Role: Critical, Opacity: 0.6})
		begin = last
	}
}
