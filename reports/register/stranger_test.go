package register_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/migrations/pgtest"
	"kentongan/reports/register"
	"kentongan/reports/seal"
)

// street is a database with people in it, who were first seen ten days ago.
type street struct {
	*register.Identities
	pool *pgxpool.Pool
}

var (
	longAgo = friday.AddDate(0, 0, -10)
	lately  = friday.AddDate(0, 0, -2) // strangers are forgotten who were silent since
)

func newStreet(t *testing.T) street {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	pool := openPool(t, pgtest.New(t))
	return street{register.NewIdentities(pool, sealer), pool}
}

func (s street) meet(t *testing.T, kind, address string) int64 {
	t.Helper()
	chat, err := s.Resolve(t.Context(), "webchat", "", kind, address, longAgo)
	if err != nil {
		t.Fatal(err)
	}
	return chat
}

// stranger is somebody who wrote once, ten days ago.
func (s street) stranger(t *testing.T, address string) int64 {
	t.Helper()
	chat := s.meet(t, register.Person, address)
	s.exec(t, `insert into sessions (chat, person) values ($1, 0)`, chat)
	return chat
}

func (s street) exec(t *testing.T, sql string, args ...any) {
	t.Helper()
	if _, err := s.pool.Exec(t.Context(), sql, args...); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func (s street) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), `select count(*) from `+sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func (s street) known(t *testing.T, chat int64) bool {
	t.Helper()
	return s.count(t, `identities where chat = $1`, chat) == 1
}

func (s street) sweep(t *testing.T) int64 {
	t.Helper()
	n, err := s.ForgetStrangers(t.Context(), lately)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// begin opens a transaction that the test ends; the rest is for one it forgets.
func (s street) begin(t *testing.T) pgx.Tx {
	t.Helper()
	tx, err := s.pool.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}

// turn is what a turn does up to its writing: it stores a message, makes sure of
// the session, and locks it, or else makes sure of the identity.
func turn(ctx context.Context, tx pgx.Tx, chat int64) (held bool, err error) {
	if _, err := tx.Exec(ctx, `insert into inbox (id, event_key, channel, account, chat, person, ord, received_at)
		values (nextval('inbox_id'), gen_random_uuid()::text::bytea, 'webchat', '', $1, 0, 0, $2)`, chat, friday); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `insert into sessions (chat, person) values ($1, 0) on conflict do nothing`, chat); err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `select s.chat, i.chat from sessions s left join identities i using (chat) where s.chat = $1 and i.chat is not null
		for no key update of s skip locked`, chat)
	if err != nil || tag.RowsAffected() == 1 {
		return true, err
	}
	tag, err = tx.Exec(ctx, `select 1 from identities where chat = $1 for key share`, chat)
	if err == nil && tag.RowsAffected() == 0 {
		err = register.ErrNoIdentity
	}
	return false, err
}

// waiters waits until n backends wait for a lock.
func (s street) waiters(t *testing.T, n int) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for s.count(t, `pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) < n {
		if time.Now().After(deadline) {
			t.Fatalf("no %d transactions came to wait", n)
		}
	}
}

func TestStrangersAreForgottenAndNobodyElse(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	forgotten := map[string]int64{
		"silent":            s.stranger(t, "silent"),
		"without a session": s.meet(t, register.Person, "without a session"),
		"refused":           s.stranger(t, "refused"),
		"set aside":         s.stranger(t, "set aside"),
		"long ago in group": s.meet(t, register.Person, "long ago in group"),
	}
	group := s.meet(t, register.Group, "group")
	kept := map[string]int64{
		"agreed": s.stranger(t, "agreed"), "filed": s.stranger(t, "filed"), "official": s.stranger(t, "official"),
		"wrote": s.stranger(t, "wrote"), "waiting": s.stranger(t, "waiting"), "owed": s.stranger(t, "owed"),
		"timer": s.stranger(t, "timer"), "wrote in group": s.meet(t, register.Person, "wrote in group"), "group": group,
	}
	s.exec(t, `insert into consents (chat, version, granted, at) values ($1, '1', false, $3), ($2, '1', true, $3)`,
		forgotten["refused"], kept["agreed"], longAgo)
	s.exec(t, `insert into officials (chat, role, appointed_at, removed_at) values ($1, 'national-admin', $2, $2)`, kept["official"], longAgo)
	for i, m := range []struct {
		chat, person int64
		state        string
		at           time.Time
	}{
		{forgotten["silent"], 0, "done", longAgo},
		{forgotten["set aside"], 0, "dead", longAgo},
		{group, forgotten["long ago in group"], "done", longAgo},
		{kept["wrote"], 0, "done", lately},
		{kept["waiting"], 0, "waiting", longAgo},
		{group, kept["wrote in group"], "done", lately},
	} {
		s.exec(t, `insert into inbox (id, event_key, channel, account, chat, person, ord, state, received_at, failure, body)
			values ($1, $2, 'webchat', '', $3, $4, 0, $5, $6, 'panic', 'sealed')`, i, []byte{byte(i)}, m.chat, m.person, m.state, m.at)
	}
	s.exec(t, `insert into sessions (chat, person) values ($1, $2), ($1, $3)`, group, forgotten["long ago in group"], kept["wrote in group"])
	s.exec(t, `update sessions set wake_at = $2 where chat = $1`, kept["timer"], friday)
	s.exec(t, `insert into outbox (channel, account, chat, priority, message_id, created_at) values ('webchat', '', $1, 0, 'm', $2)`, kept["owed"], longAgo)
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	report := draft().Open(7, "webchat", friday)
	report.Reporter = 0
	filing := register.Filing{Report: report, Draft: 1, AccessCode: "123456"}
	filed := file(t, register.New(s.pool, sealer), s.pool, filing)
	s.exec(t, `update reports set reporter = $2 where id = $1`, filed.ID, kept["filed"])

	if n := s.sweep(t); n != int64(len(forgotten)) {
		t.Errorf("%d were forgotten", n)
	}
	for who, chat := range forgotten {
		if s.known(t, chat) || s.count(t, `sessions where chat = $1 or person = $1`, chat) != 0 || s.count(t, `consents where chat = $1`, chat) != 0 {
			t.Errorf("%s is still known", who)
		}
	}
	for who, chat := range kept {
		if !s.known(t, chat) {
			t.Errorf("%s was forgotten", who)
		}
	}
	if n := s.count(t, `inbox where state = 'dead' and body is null and failure = 'panic'`); n != 1 {
		t.Errorf("%d dead letters lost their body and kept their failure", n)
	}
}

func TestManyStrangersAreForgottenThoughManyAreSpared(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	s.exec(t, `insert into identities (channel, account, kind, address_hash, sealed, created_at)
		select 'webchat', '', 'person', int4send(n), '', $1 from generate_series(1, 700) as n`, longAgo)
	s.exec(t, `insert into inbox (id, event_key, channel, account, chat, person, ord, state, received_at)
		select chat, address_hash, 'webchat', '', chat, 0, 0, 'done', $1 from identities where chat <= 450`, friday)
	if n := s.sweep(t); n != 250 {
		t.Errorf("%d of 250 were forgotten", n)
	}
	if n := s.count(t, `identities`); n != 450 {
		t.Errorf("%d of 450 are left", n)
	}
}

func TestNoMessageIsOrphanedByTheSweep(t *testing.T) {
	t.Parallel()
	type scene struct {
		street
		chat int64
		tx   pgx.Tx
	}
	// swept starts a sweep that has to wait, and ends it once then has run.
	swept := func(t *testing.T, s street, then func()) int64 {
		t.Helper()
		result := make(chan error, 1)
		var n int64
		go func() {
			var err error
			n, err = s.ForgetStrangers(t.Context(), lately)
			result <- err
		}()
		s.waiters(t, 1)
		then()
		if err := <-result; err != nil {
			t.Fatal(err)
		}
		return n
	}
	commit := func(t *testing.T, tx pgx.Tx) {
		t.Helper()
		if err := tx.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, play := range map[string]func(t *testing.T, s scene){
		"a turn holds the session": func(t *testing.T, s scene) {
			t.Helper()
			s.exec(t, `insert into sessions (chat, person) values ($1, 0)`, s.chat)
			if held, err := turn(t.Context(), s.tx, s.chat); !held || err != nil {
				t.Fatal(held, err)
			}
			s.sweep(t)
			commit(t, s.tx)
		},
		"a turn makes the session": func(t *testing.T, s scene) {
			t.Helper()
			if held, err := turn(t.Context(), s.tx, s.chat); !held || err != nil {
				t.Fatal(held, err)
			}
			swept(t, s.street, func() { commit(t, s.tx) })
		},
		"a turn finds the session held and goes away": func(t *testing.T, s scene) {
			t.Helper()
			s.exec(t, `insert into sessions (chat, person) values ($1, 0)`, s.chat)
			holder := s.begin(t)
			if _, err := holder.Exec(t.Context(), `select 1 from sessions where chat = $1 for update`, s.chat); err != nil {
				t.Fatal(err)
			}
			if held, err := turn(t.Context(), s.tx, s.chat); held || err != nil {
				t.Fatal(held, err)
			}
			commit(t, holder)
			s.sweep(t)
			commit(t, s.tx)
		},
		"a message comes between looking and locking": func(t *testing.T, s scene) {
			t.Helper()
			// The sweep has looked at both, and waits for the turn of the other.
			other := s.meet(t, register.Person, "other")
			s.exec(t, `insert into sessions (chat, person) values ($1, 0)`, s.chat)
			blocker := s.begin(t)
			if held, err := turn(t.Context(), blocker, other); !held || err != nil {
				t.Fatal(held, err)
			}
			swept(t, s.street, func() {
				if held, err := turn(t.Context(), s.tx, s.chat); !held || err != nil {
					t.Fatal(held, err)
				}
				commit(t, s.tx)
				if err := blocker.Rollback(t.Context()); err != nil {
					t.Fatal(err)
				}
			})
			if s.known(t, other) {
				t.Error("the other, whose turn was undone, is still known")
			}
		},
		"the sweep holds both locks": func(t *testing.T, s scene) {
			t.Helper()
			s.exec(t, `insert into sessions (chat, person) values ($1, 0)`, s.chat)
			// Its last statement reads the outbox, and has to wait for it.
			blocker := s.begin(t)
			if _, err := blocker.Exec(t.Context(), `lock table outbox in access exclusive mode`); err != nil {
				t.Fatal(err)
			}
			refused := make(chan error, 1)
			n := swept(t, s.street, func() {
				go func() {
					_, err := turn(t.Context(), s.tx, s.chat)
					refused <- err
				}()
				s.waiters(t, 2)
				commit(t, blocker)
			})
			if err := <-refused; !errors.Is(err, register.ErrNoIdentity) || n != 1 {
				t.Errorf("the turn is told %v, and %d were forgotten", err, n)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			chat := s.meet(t, register.Person, "somebody")
			play(t, scene{s, chat, s.begin(t)})
			if orphans := s.count(t, `inbox n where not exists (select 1 from identities i where i.chat = n.chat)`); orphans != 0 {
				t.Errorf("%d messages are nobody's", orphans)
			}
			if name != "the sweep holds both locks" && !s.known(t, chat) {
				t.Error("somebody was forgotten in the middle of a message")
			}
		})
	}
}

func TestAnAddressIsLookedUpAnewAfterAWhile(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	first := s.stranger(t, "somebody")
	s.sweep(t) // as another process does
	for _, later := range []struct {
		after time.Duration
		same  bool
	}{{90 * time.Minute, true}, {3 * time.Hour, false}} {
		chat, err := s.Resolve(t.Context(), "webchat", "", register.Person, "somebody", longAgo.Add(later.after))
		if err != nil || (chat == first) != later.same {
			t.Errorf("after %s: chat %d, before %d, %v", later.after, chat, first, err)
		}
	}
}

func TestWhoeverWritesIsReachable(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	gone, writes := s.stranger(t, "gone"), s.stranger(t, "writes")
	for _, chat := range []int64{gone, writes} {
		if err := s.MarkUnreachable(t.Context(), chat, friday); err != nil {
			t.Fatal(err)
		}
	}
	var b pgx.Batch
	s.QueueReachable(&b, []int64{writes})
	if err := s.pool.SendBatch(t.Context(), &b).Close(); err != nil {
		t.Fatal(err)
	}
	if n := s.count(t, `identities where unreachable_at is not null and chat = $1`, gone); n != 1 || s.count(t, `identities where unreachable_at is not null`) != 1 {
		t.Error(fmt.Sprint("the wrong people are unreachable: ", n))
	}
}
