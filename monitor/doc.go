// Package monitor reads every site on an interval, judges what it hears, and publishes snapshots.
//
//	Source ─► Observation ─► Step ─► SiteState, Events ─► Snapshot ─► publish
//
// Step alone judges, and it is pure. One goroutine, Run's, owns all state; readers only fetch.
package monitor
