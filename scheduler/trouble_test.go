package scheduler_test

import (
	"bytes"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kentongan/reports"
	"kentongan/reports/deadline"
	"kentongan/scheduler"
)

// watched is a scheduler whose log and failures can be looked at.
func (w *world) watched(rules func() *deadline.Rules) (s *scheduler.Scheduler, log *bytes.Buffer, failures func() int) {
	log = &bytes.Buffer{}
	registry := prometheus.NewRegistry()
	s = scheduler.New(scheduler.Config{
		Pool: w.pool, Register: w.register, Rules: rules, Teller: teller{}, Log: slog.New(slog.NewTextHandler(log, nil)),
		Now: time.Now, Metrics: scheduler.NewMetrics(registry),
	})
	return s, log, func() int {
		w.t.Helper()
		families, err := registry.Gather()
		if err != nil {
			w.t.Fatal(err)
		}
		for _, f := range families {
			if f.GetName() == "kentongan_clock_failures_total" {
				return int(f.GetMetric()[0].GetCounter().GetValue())
			}
		}
		return -1
	}
}

func TestOneSpoiledReportStopsNoOther(t *testing.T) {
	filed := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	late := time.Date(2026, 11, 26, 9, 0, 0, 0, wita) // respond is due soon
	none := func(*world) func() *deadline.Rules { return nil }
	for name, spoil := range map[string]func(w *world, id reports.ID) func() *deadline.Rules{
		"its clocks cannot be read": func(w *world, id reports.ID) func() *deadline.Rules {
			w.exec(`update reports set clocks = '[{"clock": "respond", "start": "kemarin"}]' where id = $1`, id)
			return none(w)
		},
		"its facts cannot be read while its clocks are counted again": func(w *world, id reports.ID) func() *deadline.Rules {
			w.exec(`update reports set clocks = '{"clock": 1}' where id = $1`, id)
			w.exec(`update clocks set counted = 1 where report = $1`, id)
			return none(w)
		},
		"its history does not replay": func(w *world, id reports.ID) func() *deadline.Rules {
			w.exec(`insert into history (report, version, action, actor_kind, actor, from_state, to_state, at, change)
				values ($1, 3, 'silence', 'clock', 0, 'dispatched', 'closed', now(), '{"action": "silence", "actor": {"kind": "clock"}}')`, id)
			w.exec(`update reports set clocks = null where id = $1`, id)
			return none(w)
		},
		"the table of actions refuses what its clock asks for": func(w *world, id reports.ID) func() *deadline.Rules {
			w.exec(`update reports set state = 'dispatched', clocks = '[{"clock": "close", "since": 2, "start": "2026-10-01T10:00:00Z", "rungs": 1, "of": 10, "warned": "2026-10-20T10:00:00Z"}]' where id = $1`, id)
			w.exec(`insert into heard (report, proof, at) values ($1, 'begun 2', now()), ($1, 'warned 2', '2026-10-20T10:00:00Z')`, id)
			w.exec(`delete from clocks where report = $1 and clock <> 'respond'`, id)
			return none(w)
		},
		"the rules panic for it": func(w *world, id reports.ID) func() *deadline.Rules {
			w.exec(`update reports set dispatched = false where id = $1`, id)
			return func() *deadline.Rules {
				rules, err := deadline.New(deadline.Config{
					Holidays: w.table, Zone: wib, Limits: w.limits,
					Agencies: []reports.Agency{{Code: "HST", Zone: "Asia/Makassar", Week: 5, Hours: "08:00-16:00"}},
					Verifier: func(r reports.Report) string {
						if r.ID == id {
							panic("Lampu jalan mati.")
						}
						return ""
					},
				})
				if err != nil {
					w.t.Fatal(err)
				}
				return rules
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var ids []reports.ID
			for range 5 {
				id := w.file(filed)
				w.do(id, filed, reports.Dispatch)
				ids = append(ids, id)
			}
			spoiled := ids[2]
			rules := spoil(w, spoiled)
			if rules == nil {
				rules = w.rules
			}
			s, log, failures := w.watched(rules)
			w.passAt(s, late)
			for _, id := range ids {
				if got := w.told(id); id != spoiled && !slices.Equal(got, []string{"11-26 09 respond soon"}) {
					t.Errorf("of a sound report people were told %q", got)
				}
			}
			if got := failures(); got != 1 {
				t.Errorf("%d failures were counted", got)
			}
			if text := log.String(); !strings.Contains(text, "put off") || strings.Contains(text, "Lampu") {
				t.Errorf("the log says %s", text)
			}
			w.passAt(s, late.Add(5*time.Minute))
			if got := failures(); got != 1 {
				t.Error("it was tried again at once")
			}
			w.passAt(s, late.Add(11*time.Minute))
			if got := failures(); got != 2 {
				t.Errorf("it was not tried again: %d failures", got)
			}
		})
	}
}

// A row that says that something is due, where the facts say that nothing is, and
// that is written the same again, would be looked at for ever.
func TestWhatIsShownAgainAndAgainEndsAPass(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	id := w.file(at)
	w.do(id, at, reports.Dispatch)
	// Nothing brings these in line: who is asked for its row says nothing of the clock.
	w.exec(`create function untouched() returns trigger language plpgsql as $$ begin return null; end $$`)
	w.exec(`update clocks set next_at = 0, anchor_on = '2026-11-20' where clock = 'respond'`)
	w.exec(`create trigger untouched before update of anchor_on on clocks for each row execute function untouched()`)
	s, log, failures := w.watched(w.rules)
	w.passAt(s, at.Add(time.Hour))
	if got := failures(); got != 1 || !strings.Contains(log.String(), "nothing is to be done") {
		t.Errorf("%d failures, and the log says %s", got, log.String())
	}
	w.passAt(s, at.Add(time.Hour+time.Minute))
	if got := failures(); got != 1 {
		t.Error("it was looked at again at once")
	}
}

// A limit that a clock had before tells nobody twice what was told under it.
func TestNobodyIsToldTwiceWhatWasNotedBefore(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	id := w.file(at)
	r := w.do(id, at, reports.Dispatch)
	w.exec(`insert into nudges (report, clock, since, of, rung, at, told) values ($1, 'respond', $2, 5, 'soon', $3, true)`, id, r.Version, at)
	s, _, failures := w.watched(w.rules)
	w.pass(s, at, time.Date(2026, 11, 27, 9, 0, 0, 0, wita))
	if got, want := w.told(id), []string{"11-27 08 respond today"}; !slices.Equal(got, want) || failures() != 0 {
		t.Errorf("got %q with %d failures, want %q", got, failures(), want)
	}
}

// A decree that is amended has those clocks counted again that stood still, and
// leaves every other row as it is.
func TestAnImportRewritesPausedClocksOnly(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, wita)
	never, paused := w.file(at), w.file(at)
	w.do(never, at, reports.Dispatch)
	w.do(paused, at, reports.Dispatch)
	w.do(paused, at.AddDate(0, 0, 4), reports.RequestInfo)
	w.do(paused, at.AddDate(0, 0, 7), reports.ProvideInfo) // over what becomes a holiday
	s := w.scheduler()
	noon := at.AddDate(0, 0, 7).Add(2 * time.Hour)
	w.passAt(s, noon)
	versions := func(id reports.ID) (sum string) {
		if err := w.pool.QueryRow(t.Context(), `select string_agg(clock || xmin, ' ' order by clock) || (select xmin from reports where id = $1) from clocks where report = $1`, id).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	rows := func() (n int) {
		if err := w.pool.QueryRow(t.Context(), `select count(*) from clocks where report = $1 and counted = $2`, paused, w.rules().Epoch()).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before, moving := versions(never), versions(paused)
	w.table = moved(t, w.table)
	if rows() != 0 {
		t.Fatal("the table is no other")
	}
	w.passAt(s, noon.Add(time.Minute))
	if got := versions(never); got != before {
		t.Errorf("one that never stood still was rewritten: %s, before %s", got, before)
	}
	if versions(paused) == moving || rows() != 2 {
		t.Errorf("of one that stood still %d clocks were counted again", rows())
	}
}
