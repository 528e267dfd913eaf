package bots

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/evidence"
	"kentongan/reports/evidence/sanitise"
	"kentongan/reports/register"
)

// Limits of sending files.
const (
	exhibitTimeout = 5 * time.Minute
	exhibitLease   = 15 * time.Second // renewed while it lasts
	exhibitTries   = 12
	// groupExhibits is how many messages with evidence a group gets of one report:
	// with its card three in all. What comes later is counted on the card.
	groupExhibits = 2
	// exhibitFiles is how many files one of them holds.
	exhibitFiles = 10
	// spareForCards is how much of a group's budget files leave untouched: cards go first.
	spareForCards = 3
	// What comes one by one, as an album does, goes in one message: the first waits
	// this long for more, and the last that a group gets longer.
	gatherFirst = 2 * time.Second
	gatherLast  = 10 * time.Second
)

// exhibit is a claimed row of exhibits.
type exhibit struct {
	ID          int64
	Chat        int64
	Kind        string
	Report      reports.ID
	Files       []int64
	Original    bool
	MessageID   string
	State       string
	Tries       int
	SentRef     *string
	Dossier     *string
	CardRef     *string
	Topic       *string
	AddressHash []byte
	Sealed      []byte
}

// runExhibits sends files, one message after the other, until ctx ends.
func (s *Sender) runExhibits(ctx context.Context) {
	if s.cfg.Vault == nil {
		return
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		sent, err := s.nextExhibit(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Error("send files", "channel", s.cfg.Channel.Name(), "error", class(err))
			pause(ctx, time.Second)
		}
		if sent {
			continue
		}
		select {
		case <-ctx.Done():
		case <-s.exhibits:
		case <-tick.C:
		}
	}
}

// nextExhibit sends the oldest message of files that may go now: not before
// what was said with it, nor before the card that it belongs to.
func (s *Sender) nextExhibit(ctx context.Context) (bool, error) {
	if s.parkedFor() > 0 {
		return false, nil
	}
	claiming, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	now := s.cfg.Now()
	rows, err := s.cfg.Pool.Query(claiming, `with due as (
			select e.id from exhibits e join identities i on i.chat = e.chat
			where e.channel = $1 and e.account = $2 and e.state in ('waiting', 'withdraw') and i.unreachable_at is null
				and (e.retry_at is null or e.retry_at <= $3) and (e.lease_until is null or e.lease_until <= clock_timestamp())
				and not exists (select 1 from outbox o where o.chat = e.chat and o.state = 'waiting' and o.created_at <= e.created_at
					and (o.hold_until is null or o.hold_until <= $3))
			order by e.id limit 1 for update of e skip locked
		), taken as (
			update exhibits e set lease_until = clock_timestamp() + $4::bigint * interval '1 millisecond', tries = e.tries + 1
			from due where e.id = due.id
			returning e.id, e.chat, e.report, e.files, e.original, e.message_id, e.state, e.tries, e.sent_ref, e.dossier
		)
		select t.id, t.chat, i.kind, t.report, t.files, t.original, t.message_id, t.state, t.tries, t.sent_ref, t.dossier, c.sent_ref, c.topic, i.address_hash, i.sealed
		from taken t join identities i on i.chat = t.chat left join cards c on c.report = t.report and c.chat = t.chat`,
		s.cfg.Channel.Name(), s.cfg.Channel.Account(), now, exhibitLease.Milliseconds())
	if err != nil {
		return false, fmt.Errorf("claim files: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[exhibit])
	if err != nil || len(found) == 0 {
		return false, err
	}
	e := found[0]
	renewing, stop := context.WithCancel(ctx)
	var renewal sync.WaitGroup
	renewal.Go(func() { s.renewExhibit(renewing, e.ID) })
	o := s.exhibit(ctx, e, now)
	stop()
	renewal.Wait()
	return true, s.noteExhibit(ctx, e, o, now)
}

func (s *Sender) renewExhibit(ctx context.Context, id int64) {
	for pause(ctx, exhibitLease/3); ctx.Err() == nil; pause(ctx, exhibitLease/3) {
		_, err := s.cfg.Pool.Exec(ctx, `update exhibits set lease_until = clock_timestamp() + $2::bigint * interval '1 millisecond'
			where id = $1 and state in ('waiting', 'withdraw')`, id, exhibitLease.Milliseconds())
		if err != nil && ctx.Err() == nil {
			s.cfg.Log.Warn("renew the claim of files", "exhibit", id, "error", err)
		}
	}
}

// exhibit sends one message of files, or takes one back.
func (s *Sender) exhibit(ctx context.Context, e exhibit, now time.Time) (o outcome) {
	o = outcome{parcel: parcel{ID: e.ID, Chat: e.Chat, Tries: e.Tries}}
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Log.Error("sending files panicked", "exhibit", e.ID, "kind", fmt.Sprintf("%T", r))
			o.state, o.why, o.retry = "waiting", "panic", now.Add(backoff(e.Tries))
		}
	}()
	if e.Tries > exhibitTries { // before, not after: a file that ends the process must not be tried for ever
		o.state, o.why = "failed", "tries"
		return o
	}
	address, err := s.cfg.Identities.OpenAddress(e.AddressHash, e.Sealed)
	if err != nil {
		o.state, o.why, o.retry = "waiting", unreadable, now.Add(backoff(e.Tries))
		return o
	}
	if e.State == "withdraw" {
		return s.withdraw(ctx, e, o, Address(address), now)
	}
	if may, err := s.maySee(ctx, e); err != nil || !may {
		o.state, o.why, o.retry = "failed", "restricted", now.Add(backoff(e.Tries))
		if err != nil {
			o.state, o.why = "waiting", "database"
		}
		return o
	}
	if wait := s.budget(e.Chat, e.Kind, spareForCards, s.cfg.Channel.Limits()); wait > 0 {
		o.state, o.why, o.retry = "waiting", notTried, now.Add(wait)
		return o
	}
	files, clean, err := s.files(ctx, e)
	defer clean()
	if err != nil {
		o.state, o.why, o.retry = "waiting", "files", now.Add(backoff(e.Tries))
		s.cfg.Log.Warn("prepare files", "exhibit", e.ID, "error", class(err))
		return o
	}
	if len(files) == 0 {
		o.state, o.why = "failed", "nothing"
		return o
	}
	out := Outgoing{ID: e.MessageID, Files: files, Topic: deref(e.Topic)}
	if e.CardRef != nil {
		out.Answers = *e.CardRef
	}
	sending, cancel := context.WithTimeout(ctx, exhibitTimeout)
	defer cancel()
	o.ref, err = s.cfg.Channel.Send(sending, Address(address), out)
	return s.judge(ctx, o, err, now)
}

// Withdrawer is a [Channel] that can take a message of its own back.
type Withdrawer interface {
	// Withdraw takes back the message, or the files, that Send returned ref of. What is
	// gone already is no error.
	Withdraw(ctx context.Context, to Address, ref string) error
}

func (s *Sender) withdraw(ctx context.Context, e exhibit, o outcome, to Address, now time.Time) outcome {
	o.state = "withdrawn"
	w, can := s.cfg.Channel.(Withdrawer)
	if !can || e.SentRef == nil {
		s.cfg.Log.Error("a restricted report's files cannot be taken back here; delete them by hand", "report", e.Report, "chat", e.Chat)
		return o
	}
	sending, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	if err := w.Withdraw(sending, to, *e.SentRef); err != nil {
		o = s.judge(ctx, o, err, now)
		if o.state == "sent" || o.state == "failed" {
			s.cfg.Log.Error("a restricted report's files can no longer be taken back; delete them by hand", "report", e.Report, "chat", e.Chat)
			o.state = "withdrawn"
		}
		if o.state == "waiting" {
			o.state = "withdraw"
		}
	}
	return o
}

// maySee asks at the last moment whether the chat may have these files: a group
// only what its card may show, somebody in private what they act on or told.
func (s *Sender) maySee(ctx context.Context, e exhibit) (bool, error) {
	report, err := s.cfg.Register.Report(ctx, e.Report)
	if err != nil {
		return false, err
	}
	machine := s.cfg.Machine()
	if person := reports.PersonID(e.Chat); e.Kind != register.Group && e.Original {
		return machine.MaySee(person, report) && machine.MayIdentify(person, report), nil
	}
	if e.Kind != register.Group {
		return report.Reporter == reports.PersonID(e.Chat) || machine.MaySee(reports.PersonID(e.Chat), report), nil
	}
	agency, bound := machine.Group(e.Chat)
	if _, open := conversation.ForGroup(report); !open || !bound || e.Original {
		return false, nil
	}
	return agency == "" || agency == report.Agency, nil
}

// files prepares what may leave the vault. clean is to be called once it is sent.
func (s *Sender) files(ctx context.Context, e exhibit) (list []File, clean func(), err error) {
	var temporary []*os.File
	clean = func() {
		for _, f := range temporary {
			_ = f.Close() // it has no name any more
		}
	}
	if e.Dossier != nil {
		list, err = s.dossier(ctx, e)
		return list, clean, err
	}
	rows, err := s.cfg.Pool.Query(ctx, `select m.id, m.sha256, m.bytes, m.type, m.kind from unnest($1::bigint[]) with ordinality as k (id, n)
		join media m on m.id = k.id where m.state = 'stored' and m.sha256 is not null order by k.n`, e.Files)
	if err != nil {
		return nil, clean, err
	}
	type kept struct {
		ID         int64
		SHA256     []byte
		Bytes      int64
		Type, Kind string
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[kept])
	if err != nil {
		return nil, clean, err
	}
	for i, m := range found {
		name := fmt.Sprintf("bukti-%d", i+1)
		original, err := s.cfg.Vault.Open(evidence.Digest(m.SHA256))
		if err != nil {
			return nil, clean, fmt.Errorf("open a file of the vault: %w", err)
		}
		temporary = append(temporary, original)
		if e.Original && !sanitise.Supports(m.Type) {
			list = append(list, File{Kind: "document", Name: name + evidence.Extension(m.Type), Type: m.Type, Bytes: m.Bytes, Open: reader(original, m.Bytes)})
			continue
		}
		copied, err := s.cfg.Vault.Scratch()
		if err != nil {
			return nil, clean, err
		}
		temporary = append(temporary, copied)
		result, err := sanitise.Copy(ctx, copied, original, m.Bytes, m.Type)
		switch {
		case errors.Is(err, sanitise.ErrUnsupported), errors.Is(err, sanitise.ErrDamaged), errors.Is(err, sanitise.ErrTooLarge):
			if e.Original {
				list = append(list, File{Kind: "document", Name: name + evidence.Extension(m.Type), Type: m.Type, Bytes: m.Bytes, Open: reader(original, m.Bytes)})
			}
			continue
		case err != nil:
			return nil, clean, fmt.Errorf("sanitise a file: %w", err)
		}
		list = append(list, File{Kind: m.Kind, Name: name + result.Ext, Type: result.Type, Bytes: result.Bytes, Open: reader(copied, result.Bytes)})
	}
	return list, clean, nil
}

// dossier makes the file that a reporter may take to the Ombudsman.
func (s *Sender) dossier(ctx context.Context, e exhibit) ([]File, error) {
	report, err := s.cfg.Register.Report(ctx, e.Report)
	if err != nil {
		return nil, err
	}
	history, err := s.cfg.Register.History(ctx, e.Report)
	if err != nil {
		return nil, err
	}
	thread, err := s.cfg.Register.Thread(ctx, e.Report)
	if err != nil {
		return nil, err
	}
	name, body := s.cfg.Machine().Dossier(*e.Dossier, report, history, spoken(thread), s.cfg.Now())
	return []File{{
		Kind: "document", Name: name, Type: "text/plain", Bytes: int64(len(body)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
	}}, nil
}

func reader(f io.ReaderAt, size int64) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(f, 0, size)), nil }
}

func (s *Sender) noteExhibit(ctx context.Context, e exhibit, o outcome, now time.Time) error {
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), statementTimeout)
	defer cancel()
	var retry *time.Time
	state := o.state
	if state == "waiting" || state == "withdraw" {
		retry = &o.retry
	}
	untried := 0
	if o.why == notTried {
		untried = 1
	}
	if o.why == string(RecipientGone) {
		state = e.State // until they can be reached again
	}
	_, err := s.cfg.Pool.Exec(noting, `update exhibits set state = case when state = 'withdraw' and $8 <> 'withdraw' then 'withdraw' else $2 end, retry_at = $3, lease_until = null, tries = tries - $4, failure = nullif($5, ''),
			sent_ref = coalesce(nullif($6, ''), sent_ref), sent_at = case when $2 = 'sent' then $7 else sent_at end where id = $1 and state in ('waiting', 'withdraw')`,
		e.ID, state, retry, untried, o.why, o.ref, now, e.State)
	if err != nil {
		return fmt.Errorf("note files: %w", err)
	}
	return nil
}

// owe queues the evidence that a group's card counts and the group has not got.
// Where the report became restricted since, what it got is taken back.
func (s *Sender) owe(ctx context.Context, c card, report reports.Report, visible bool) error {
	if c.Kind != register.Group || s.cfg.Vault == nil {
		return nil
	}
	if !visible {
		// What is under way at this moment is taken back once it is there.
		_, err := s.cfg.Pool.Exec(ctx, `update exhibits set state = case when state = 'waiting' and tries = 0 then 'failed' else 'withdraw' end, tries = 0
			where report = $1 and chat = $2 and state in ('sent', 'waiting')`, c.Report, c.Chat)
		return err
	}
	if agency, bound := s.cfg.Machine().Group(c.Chat); report.Evidence == 0 || !bound || agency != "" && agency != report.Agency {
		return nil
	}
	now := s.cfg.Now()
	// Locked, so that two processes that show one card queue its files once.
	return pgx.BeginFunc(ctx, s.cfg.Pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `select 1 from cards where report = $1 and chat = $2 for no key update`, c.Report, c.Chat); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `with had as (
				select unnest(files) as id from exhibits where report = $1 and chat = $2
			), fresh as (
				select m.id from media m where m.report = $1 and m.state = 'stored' and m.type = any($6) and m.id not in (select id from had)
					and not exists (select 1 from thread t where t.report = $1 and (t.audience = 'office' or t.speaker <> 'reporter') and m.id = any(t.files))
				order by m.id limit $7
			), gathering as (
				select id, $7 - cardinality(files) as room from exhibits
				where report = $1 and chat = $2 and state = 'waiting' and tries = 0 and cardinality(files) < $7 order by id limit 1 for update
			), added as (
				update exhibits e set files = e.files || (
					select array_agg(f.id order by f.id) from (select id from fresh order by id limit (select room from gathering)) f)
				from gathering g where e.id = g.id and exists (select 1 from fresh) returning e.id
			)
			insert into exhibits (channel, account, chat, report, files, original, message_id, created_at, retry_at)
			select $3, $4, $2, $1, array_agg(id order by id), false, upper(replace(gen_random_uuid()::text, '-', '')), $5,
				case when (select count(*) from exhibits where report = $1 and chat = $2) + 1 < $8 then $9::timestamptz else $10::timestamptz end
			from fresh having count(*) > 0 and not exists (select 1 from added) and (select count(*) from exhibits where report = $1 and chat = $2) < $8`,
			c.Report, c.Chat, s.cfg.Channel.Name(), s.cfg.Channel.Account(), now, sanitise.Types(), exhibitFiles, groupExhibits,
			now.Add(gatherFirst), now.Add(gatherLast))
		return err
	})
}
