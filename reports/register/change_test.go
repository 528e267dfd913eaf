package register_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

var friday = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

func newRegister(t *testing.T) (*register.Register, *pgxpool.Pool) {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	pool := openPool(t, pgtest.New(t))
	return register.New(pool, sealer), pool
}

func openPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	cfg, err := register.PoolConfig(url, 8)
	if err != nil {
		t.Fatal(err)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// file files a report for reporter and returns it as the register has it.
func file(t *testing.T, reg *register.Register, pool *pgxpool.Pool, f register.Filing) reports.Report {
	t.Helper()
	id, err := reg.NextID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	f.Report.ID = id
	if f.Report.TrackingID == "" {
		f.Report.TrackingID = reports.NewTrackingID(rand.Uint64())
	}
	var b pgx.Batch
	reg.QueueFile(&b, rules(t), f)
	if err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error { return tx.SendBatch(t.Context(), &b).Close() }); err != nil {
		t.Fatal(err)
	}
	filed, err := reg.Report(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return filed
}

func draft() reports.Draft {
	return reports.Draft{
		Chronology: []reports.Passage{{Text: "Lampu jalan mati."}},
		Location:   reports.Location{Words: "Barabai", Pin: true, Lat: -2.58, Lon: 115.38},
		OccurredAt: reports.OccurredAt{Words: "kemarin", From: friday.AddDate(0, 0, -1), Precision: reports.Day},
	}
}

func TestAFiledReportReadsBackAsItWasFiled(t *testing.T) {
	reg, pool := newRegister(t)
	want := draft().Open(7, "webchat", friday)
	got := file(t, reg, pool, register.Filing{Report: want, Draft: 1, AccessCode: "123456"})
	want.ID, want.TrackingID = got.ID, got.TrackingID
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for code, opens := range map[reports.AccessCode]bool{"123456": true, "123457": false, "": false} {
		if ok, err := reg.CheckAccessCode(t.Context(), got.ID, code); err != nil || ok != opens {
			t.Errorf("code %q opens: %t, %v", code, ok, err)
		}
	}
	if byID, err := reg.ByTrackingID(t.Context(), got.TrackingID); err != nil || byID.ID != got.ID {
		t.Errorf("by tracking id: %+v, %v", byID, err)
	}
	if _, err := reg.Report(t.Context(), 999_999); !errors.Is(err, register.ErrNotFound) {
		t.Errorf("a report that is not there: %v", err)
	}
}

func TestADraftIsFiledOnce(t *testing.T) {
	reg, pool := newRegister(t)
	filing := register.Filing{Report: draft().Open(7, "webchat", friday), Draft: 1, AccessCode: "123456"}
	file(t, reg, pool, filing)
	filing.Report.ID, filing.Report.TrackingID = 4711, reports.NewTrackingID(99)
	var b pgx.Batch
	reg.QueueFile(&b, rules(t), filing)
	if err := pool.SendBatch(t.Context(), &b).Close(); err == nil {
		t.Error("the same draft was filed twice")
	}
}

func TestHistoryCannotBeRewritten(t *testing.T) {
	reg, pool := newRegister(t)
	filed := file(t, reg, pool, register.Filing{Report: draft().Open(7, "webchat", friday), Draft: 1, AccessCode: "123456"})
	for _, sql := range []string{`update history set actor = 1 where report = $1`, `delete from history where report = $1`} {
		if _, err := pool.Exec(t.Context(), sql, filed.ID); err == nil {
			t.Errorf("%q went through", sql)
		}
	}
}

func TestAStaleVersionIsRefused(t *testing.T) {
	reg, pool := newRegister(t)
	filed := file(t, reg, pool, register.Filing{Report: draft().Open(7, "webchat", friday), Draft: 1, AccessCode: "123456"})
	c := reports.Change{Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: 2}, Agency: "PUPR", At: friday}
	if _, err := reg.Change(t.Context(), rules(t), filed.ID, filed.Version, c); err != nil {
		t.Fatal(err)
	}
	c.Action = reports.TakeBack
	if _, err := reg.Change(t.Context(), rules(t), filed.ID, filed.Version, c); !errors.Is(err, register.ErrStale) {
		t.Errorf("a change to an old version: %v", err)
	}
	c.Action = reports.Archive
	if _, err := reg.Change(t.Context(), rules(t), filed.ID, 0, c); !errors.Is(err, reports.ErrRefused) {
		t.Errorf("an action outside the table: %v", err)
	}
}

// One report, four hands: citizen, admin, agency and clock change the same two
// reports at once, from pools of their own, half of them insisting on the
// version that they saw. Afterwards every version is there once, the history
// replays to the state, and nothing hangs.
func TestFourHandsOnOneReport(t *testing.T) {
	reg, pool := newRegister(t)
	url := pool.Config().ConnString()
	var filed []reports.Report
	for i := range 2 {
		filed = append(filed, file(t, reg, pool, register.Filing{Report: draft().Open(7, "webchat", friday), Draft: int64(i), AccessCode: "123456"}))
	}
	const steps = 10_000
	hands := []struct {
		actor   reports.Actor
		actions []reports.Action
	}{
		{reports.Actor{Kind: reports.ByReporter, Person: 7}, []reports.Action{reports.Reply, reports.ProvideInfo, reports.Confirm, reports.RequestReopen, reports.AttachEvidence}},
		{reports.Actor{Kind: reports.ByAdmin, Person: 2}, []reports.Action{
			reports.Dispatch, reports.TakeBack, reports.Write, reports.GrantReopen, reports.RefuseReopen, reports.RequestInfo, reports.Hold, reports.Close,
		}},
		{reports.Actor{Kind: reports.ByLiaison, Person: 4}, []reports.Action{
			reports.Claim, reports.Respond, reports.FollowUp, reports.RequestInfo, reports.WithdrawAsk, reports.NotOurs,
		}},
		{reports.Actor{Kind: reports.ByClock}, []reports.Action{reports.Silence, reports.LapseAsk, reports.Release, reports.Escalate}},
	}
	var left, applied, stale, refused atomic.Int64
	left.Store(steps)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var wg sync.WaitGroup
	for n, hand := range hands {
		sealer, err := seal.New(seal.NewKey())
		if err != nil {
			t.Fatal(err)
		}
		own := register.New(openPool(t, url), sealer)
		random := rand.New(rand.NewPCG(1, uint64(n)))
		wg.Go(func() {
			for left.Add(-1) >= 0 {
				target := filed[random.IntN(len(filed))].ID
				version := 0
				if random.IntN(2) == 0 {
					seen, err := own.Report(ctx, target)
					if err != nil {
						t.Errorf("read: %v", err)
						return
					}
					version = seen.Version
				}
				c := reports.Change{
					Action: hand.actions[random.IntN(len(hand.actions))], Actor: hand.actor, At: friday,
					Agency: "PUPR", Files: 1, Until: friday.AddDate(0, 0, 7), Units: random.IntN(2) == 0,
				}
				switch _, err := own.Change(ctx, rules(t), target, version, c); {
				case err == nil:
					applied.Add(1)
				case errors.Is(err, register.ErrStale):
					stale.Add(1)
				case errors.Is(err, reports.ErrRefused):
					refused.Add(1)
				default:
					t.Errorf("%s: %v", c.Action, err)
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d applied, %d stale, %d refused", applied.Load(), stale.Load(), refused.Load())

	total := 0
	for _, f := range filed {
		now, err := reg.Report(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		history, err := reg.History(t.Context(), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if len(history) != now.Version {
			t.Errorf("version %d with %d entries of history", now.Version, len(history))
		}
		replayed := f
		for i, e := range history[1:] {
			if e.Version != i+2 {
				t.Fatalf("entry %d has version %d", i+2, e.Version)
			}
			if replayed, _, err = reports.Apply(replayed, e.Change); err != nil {
				t.Fatalf("replay version %d: %v", e.Version, err)
			}
		}
		if diff := cmp.Diff(now, replayed); diff != "" {
			t.Errorf("the history does not lead to the state (-state +replayed):\n%s", diff)
		}
		total += len(history) - 1
	}
	if int64(total) != applied.Load() {
		t.Errorf("%d changes were applied and %d are in the histories: updates were lost", applied.Load(), total)
	}
	if applied.Load() < 100 || stale.Load() == 0 || refused.Load() == 0 {
		t.Errorf("the hands hardly met: %d applied, %d stale, %d refused", applied.Load(), stale.Load(), refused.Load())
	}
	var locks int
	if err := pool.QueryRow(t.Context(), `select count(*) from pg_locks where not granted`).Scan(&locks); err != nil || locks != 0 {
		t.Errorf("%d locks are still waited for, %v", locks, err)
	}
}

// Being formal and extended is stored with what the index of clocks makes of it.
func TestAFormalRequestIsKeptWithItsClock(t *testing.T) {
	reg, pool := newRegister(t)
	d := draft()
	d.Kind = reports.InformationRequest
	filed := file(t, reg, pool, register.Filing{Report: d.Open(7, "webchat", friday), Draft: 1, AccessCode: "123456"})
	for _, step := range []struct {
		action           reports.Action
		by               reports.ActorKind
		formal, extended bool
		soon             int // working days until the first nudge
	}{
		{reports.Dispatch, reports.ByAdmin, false, false, 4},
		{reports.MarkFormal, reports.ByAdmin, true, false, 9},
		{reports.Extend, reports.ByLiaison, true, true, 16},
		{reports.Respond, reports.ByLiaison, true, true, 16},
	} {
		changed, err := reg.Change(t.Context(), rules(t), filed.ID, 0, reports.Change{
			Action: step.action, Actor: reports.Actor{Kind: step.by, Person: 2}, Agency: "PUPR", At: friday,
		})
		if err != nil {
			t.Fatal(err)
		}
		kept, err := reg.Report(t.Context(), filed.ID)
		if err != nil || kept.Formal != step.formal || kept.Extended != step.extended || cmp.Diff(changed, kept) != "" {
			t.Errorf("%s: formal %t, extended %t, %v\n%s", step.action, kept.Formal, kept.Extended, err, cmp.Diff(changed, kept))
		}
		var next int
		if err := pool.QueryRow(t.Context(), `select next_at from clocks where report = $1 and clock = 'answer'`, filed.ID).Scan(&next); err != nil || next != step.soon {
			t.Errorf("%s: looked at after %d working days, want %d; %v", step.action, next, step.soon, err)
		}
	}
}
