package bots

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/seal"
)

// alarms tells national admins, over the other channels, that one is in trouble
// and when it works again: each once, however many processes run and wherever
// one dies, because the row and the messages are one transaction.
type alarms struct {
	pool    *pgxpool.Pool
	sealer  *seal.Sealer
	machine func() *conversation.Machine
	log     *slog.Logger
	now     func() time.Time
	wake    func()
	every   time.Duration
	// missing reads the years without decree that dates are needed of on a day.
	missing func(context.Context, time.Time) ([]int, error)
}

// healthEvery is how often a channel is asked how it fares, where nothing else is said.
const healthEvery = 5 * time.Second

// alarmRest is how long a channel has to have been well before it is told that it
// is in trouble again: one that comes and goes is no news every minute.
const alarmRest = 10 * time.Minute

// generalTrouble is the code of what a channel has no [HealthError] for.
const generalTrouble = "trouble"

// watch asks c how it fares until ctx ends. Only the process whose connection
// it is may watch it: others know nothing of it.
func (a *alarms) watch(ctx context.Context, c Channel) {
	reporter, can := c.(Reporter)
	if !can {
		return
	}
	for {
		pause(ctx, a.every)
		if ctx.Err() != nil {
			return
		}
		if err := a.look(ctx, c, reporter.Health()); err != nil && ctx.Err() == nil {
			a.log.Error("tell how a channel fares", "channel", c.Name(), "error", class(err))
		}
	}
}

// look compares how c fares with what was told of it, and tells what is new.
func (a *alarms) look(ctx context.Context, c Channel, ill error) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	code := ""
	var known *HealthError
	switch {
	case errors.As(ill, &known):
		code = known.Code
	case ill != nil:
		code = generalTrouble
	}
	return a.turn(ctx, c.Name(), c.Account(), code, ill, func(now time.Time) conversation.Message {
		if code == "" {
			return a.machine().AlarmOver("id", c.Via(), now)
		}
		return a.machine().Alarm("id", c.Via(), code, now)
	})
}

// deskAlarm is what the table of alarms knows reports by that nobody may be shown.
const deskAlarm = "desk"

// watchDesk tells the admins' group, until ctx ends, when a report begins to wait that
// nobody may be shown, and when none does any more. A restricted one is never shown to
// that group itself.
func (a *alarms) watchDesk(ctx context.Context) {
	for {
		pause(ctx, a.every)
		if ctx.Err() != nil {
			return
		}
		if err := a.lookAtDesk(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("look for reports that nobody may be shown", "error", class(err))
		}
	}
}

func (a *alarms) lookAtDesk(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	var waiting bool
	if err := a.pool.QueryRow(ctx, `select exists (select from unshown)`).Scan(&waiting); err != nil {
		return err
	}
	code := ""
	if waiting {
		code = "unshown"
	}
	return a.turn(ctx, deskAlarm, "", code, waiting, func(time.Time) conversation.Message { return a.machine().DeskAlarm("id", waiting) })
}

// turn notes the code of what is ill, and tells what is new of it.
func (a *alarms) turn(ctx context.Context, channel, account, code string, what any, message func(time.Time) conversation.Message) error {
	now := a.now()
	told := false
	err := pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		statement, args := `update alarms set code = '', since = $3 where channel = $1 and account = $2 and code <> '' returning channel`,
			[]any{channel, account, now}
		if code != "" {
			statement = `insert into alarms as a (channel, account, code, since) values ($1, $2, $4, $3)
				on conflict (channel, account) do update set code = excluded.code, since = excluded.since
				where a.code <> excluded.code and (a.code <> '' or a.since <= $5)
				returning channel`
			args = append(args, code, now.Add(-alarmRest))
		}
		var changed string
		if channel != deskAlarm {
			if err := a.outage(ctx, tx, channel, account, code != "", now); err != nil {
				return err
			}
		}
		err := tx.QueryRow(ctx, statement, args...).Scan(&changed)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		told = true
		return a.tell(ctx, tx, channel, account, code != "", message(now), now)
	})
	if err != nil {
		return fmt.Errorf("channel %s: %w", channel, err)
	}
	if told {
		a.log.Warn("a channel's health changed", "channel", channel, "code", code, "what", what)
		a.wake()
	}
	return nil
}

// tell queues the message to every national admin, and to their groups, that
// another channel than this one reaches.
func (a *alarms) tell(ctx context.Context, tx pgx.Tx, channel, account string, ill bool, message conversation.Message, now time.Time) error {
	told, err := a.send(ctx, tx, message, channel, account, now)
	if err == nil && told == 0 && ill {
		a.log.Error("no national admin can be told over another channel: invite one, 'kentongan official invite --role national-admin'",
			"channel", channel)
	}
	return err
}

// send queues message to every national admin and to their groups, but not over
// this channel, and returns how many these are.
func (a *alarms) send(ctx context.Context, tx pgx.Tx, message conversation.Message, channel, account string, now time.Time) (told int, err error) {
	body, err := json.Marshal(message)
	if err != nil {
		return 0, fmt.Errorf("encode an alarm: %w", err)
	}
	rows, err := tx.Query(ctx, `select i.chat, i.channel, i.account from identities i
		where (i.channel, i.account) <> ($1, $2) and i.unreachable_at is null and i.chat in (
			select chat from officials where role = $3 and removed_at is null union select chat from groups where agency is null)
		order by i.chat`, channel, account, reports.NationalAdmin)
	if err != nil {
		return 0, err
	}
	type recipient struct {
		Chat             int64
		Channel, Account string
	}
	recipients, err := pgx.CollectRows(rows, pgx.RowToStructByPos[recipient])
	if err != nil {
		return 0, err
	}
	for _, r := range recipients {
		id := newMessageID()
		_, err := tx.Exec(ctx, `insert into outbox (channel, account, chat, priority, message_id, created_at, body) values ($1, $2, $3, $4, $5, $6, $7)`,
			r.Channel, r.Account, r.Chat, priorityReply, id, now, a.sealer.Seal(nil, body, outboxContext(id)))
		if err != nil {
			return 0, err
		}
	}
	return len(recipients), nil
}

// outage notes since when nobody can be reached over a channel, and until when: what waits
// for a reporter's answer stands still meanwhile.
func (a *alarms) outage(ctx context.Context, tx pgx.Tx, channel, account string, ill bool, now time.Time) error {
	statement := `update outages set until = $3 where channel = $1 and account = $2 and until is null`
	if ill {
		statement = `insert into outages (channel, account, since) values ($1, $2, $3) on conflict do nothing`
	}
	_, err := tx.Exec(ctx, statement, channel, account, now)
	return err
}
