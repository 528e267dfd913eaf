package register_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
	"kentongan/reports/register"
)

func TestAGroupMovesToAnAddressThatWroteAlready(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	person := s.stranger(t, "person")
	old, fresh := s.meet(t, register.Group, "group"), s.meet(t, register.Group, "supergroup")
	s.exec(t, `insert into groups (chat, bound_at) values ($1, $2)`, old, longAgo)
	s.exec(t, `insert into sessions (chat, person, body) values ($1, $2, 'sealed')`, fresh, person)
	s.exec(t, `insert into inbox (id, event_key, channel, account, chat, person, ord, state, received_at, body)
		values (1, '1', 'webchat', '', $1, $2, 0, 'waiting', $3, 'sealed')`, fresh, person, friday)
	s.exec(t, `insert into outbox (channel, account, chat, priority, message_id, created_at) values ('webchat', '', $1, 0, 'm', $2)`, fresh, friday)
	s.exec(t, `insert into media (id, channel, account, chat, person, state, created_at) values (1, 'webchat', '', $1, $2, 'held', $3)`, fresh, person, friday)

	// A turn of the new group is under way: it is waited for, and lost by nobody.
	tx := s.begin(t)
	if _, err := tx.Exec(t.Context(), `select 1 from sessions where chat = $1 for no key update`, fresh); err != nil {
		t.Fatal(err)
	}
	moved := make(chan error, 1)
	go func() { moved <- s.Move(t.Context(), old, "supergroup") }()
	s.waiters(t, 1)
	if _, err := tx.Exec(t.Context(), `insert into inbox (id, event_key, channel, account, chat, person, ord, state, received_at, body)
		values (2, '2', 'webchat', '', $1, $2, 0, 'waiting', $3, 'sealed')`, fresh, person, friday); err != nil {
		t.Fatal(err)
	}
	// Whoever holds a session may want its identity, and must not wait for what waits for them.
	if _, err := tx.Exec(t.Context(), `select 1 from identities where chat = $1 for key share nowait`, fresh); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-moved; err != nil {
		t.Fatal(err)
	}

	if chat := s.meet(t, register.Group, "supergroup"); chat != old {
		t.Errorf("the new address has number %d, want %d", chat, old)
	}
	got := map[string]int{}
	for _, table := range []string{
		"identities where chat = $1", "sessions where chat = $1 and body is null", "inbox where chat = $1 and state = 'waiting'",
		"outbox where chat = $1", "media where chat = $1", "groups where chat = $1 and agency is null",
	} {
		got[table] = s.count(t, table, old)
		if n := s.count(t, table, fresh); n != 0 {
			t.Errorf("%d left of the number given up: %s", n, table)
		}
	}
	want := map[string]int{
		"identities where chat = $1": 1, "sessions where chat = $1 and body is null": 1, "inbox where chat = $1 and state = 'waiting'": 2,
		"outbox where chat = $1": 1, "media where chat = $1": 1, "groups where chat = $1 and agency is null": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if err := s.Move(t.Context(), old, "supergroup"); err != nil {
		t.Errorf("moving twice: %v", err)
	}
}

func TestOfTwoBindingsTheYoungerCounts(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	reg := newDesk(t, s.pool)
	s.exec(t, `insert into agencies (code, name, zone, level, week, hours) values ('HST', 'HST', 'Asia/Makassar', 'regency', 5, '08:00-16:00')`)
	old, fresh := s.meet(t, register.Group, "group"), s.meet(t, register.Group, "supergroup")
	s.exec(t, `insert into groups (chat, agency, bound_at) values ($1, 'HST', $2), ($3, null, $4)`, old, longAgo, fresh, friday)
	file(t, reg, s.pool, register.Filing{Report: draft().Open(7, "webchat", friday), Draft: 1, AccessCode: "123456"})
	if err := s.Move(t.Context(), old, "supergroup"); err != nil {
		t.Fatal(err)
	}
	if n := s.count(t, `groups where chat = $1 and agency is null`, old); n != 1 || s.count(t, `groups`) != 1 || s.count(t, `cards where chat = $1`, old) != 1 {
		t.Error("the group is not the admin's, or its cards stayed behind")
	}
}

func TestAChatDoesNotMoveOntoSomebodyElse(t *testing.T) {
	t.Parallel()
	s := newStreet(t)
	group, other := s.meet(t, register.Group, "group"), s.meet(t, register.Group, "official group")
	person, second := s.stranger(t, "person"), s.stranger(t, "second")
	s.exec(t, `insert into officials (chat, role, appointed_at) values ($1, 'national-admin', $2)`, other, friday)
	for _, chat := range []int64{person, second} {
		s.exec(t, `insert into sessions (chat, person, wake_at) values ($1, 0, $2) on conflict (chat, person) do update set wake_at = excluded.wake_at`, chat, friday)
	}
	for _, test := range []struct {
		chat    int64
		address string
		want    error
	}{
		{group, "person", register.ErrTaken},
		{group, "official group", register.ErrTaken},
		{person, "second", register.ErrTaken}, // both are telling something
		{4711, "anywhere", register.ErrNoIdentity},
	} {
		if err := s.Move(t.Context(), test.chat, test.address); !errors.Is(err, test.want) || register.Retryable(err) {
			t.Errorf("%d to %s: %v", test.chat, test.address, err)
		}
	}
	for _, chat := range []int64{group, other, person, second} {
		if !s.known(t, chat) {
			t.Errorf("%d is gone", chat)
		}
	}
	if err := s.Move(t.Context(), person, "elsewhere"); err != nil || s.meet(t, register.Person, "elsewhere") != person {
		t.Errorf("a person moves: %v", err)
	}
}

// Somebody wrote under their number and under their hidden id: whichever record
// has nothing half-finished in it is given up, and its reports are the other's.
func TestTwoRecordsOfOnePersonBecomeOne(t *testing.T) {
	for name, telling := range map[string]string{"neither tells anything": "", "the new one does": "lid", "the old one does": "number"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t)
			reg := newDesk(t, s.pool)
			old, fresh := s.meet(t, register.Person, "number"), s.meet(t, register.Person, "lid")
			file(t, reg, s.pool, register.Filing{Report: draft().Open(reports.PersonID(old), "whatsapp", friday), Draft: 1, AccessCode: "123456"})
			file(t, reg, s.pool, register.Filing{Report: draft().Open(reports.PersonID(fresh), "whatsapp", friday), Draft: 1, AccessCode: "123456"})
			s.exec(t, `insert into officials (chat, role, appointed_at) values ($1, 'national-admin', $3), ($2, 'national-admin', $3)`, old, fresh, friday)
			s.exec(t, `insert into consents (chat, version, granted, at) values ($1, '1', true, $2)`, old, friday)
			s.exec(t, `insert into sessions (chat, person) values ($1, 0), ($2, 0)`, old, fresh)
			if telling != "" {
				s.exec(t, `update sessions set wake_at = $2 where chat = $1`, map[string]int64{"lid": fresh, "number": old}[telling], friday)
			}
			if err := s.Move(t.Context(), old, "lid"); err != nil {
				t.Fatal(err)
			}
			kept, given := fresh, old
			if telling == "number" {
				kept, given = old, fresh
			}
			if got := s.meet(t, register.Person, "lid"); got != kept || s.known(t, given) {
				t.Errorf("the person is %d, want %d, and %d is known: %v", got, kept, given, s.known(t, given))
			}
			for what, want := range map[string]int{
				"reports where reporter = $1": 2, "consents where chat = $1": 1, "officials where chat = $1 and removed_at is null": 1,
				"sessions where chat = $1": 1,
			} {
				if got := s.count(t, what, kept); got != want {
					t.Errorf("%d %s, want %d", got, what, want)
				}
			}
			if n := s.count(t, "sessions where chat = $1", given); n != 0 {
				t.Error("the record that was given up has a session")
			}
		})
	}
}
