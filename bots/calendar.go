package bots

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// calendarEvery is how often it is looked whether a year's decree is missing.
const calendarEvery = time.Hour

// The hours of the day, in the service's own zone, at which that is told.
const (
	calendarFrom = 8
	calendarTo   = 16
)

// calendarChannel is where the table of alarms notes it: no channel has this name.
const calendarChannel = "calendar"

// errNobodyTold undoes the note that an alarm was told.
var errNobodyTold = errors.New("there is no national admin to tell")

// watchCalendar tells national admins once a month, for as long as it lasts, that
// a year has no decree. Every process may watch.
func (a *alarms) watchCalendar(ctx context.Context) {
	var looked time.Time
	for {
		pause(ctx, a.every)
		if ctx.Err() != nil {
			return
		}
		now := a.now()
		if now.Sub(looked) < calendarEvery {
			continue
		}
		looked = now
		if err := a.lookAtCalendar(ctx, now); err != nil && ctx.Err() == nil {
			a.log.Error("tell that a year has no decree", "error", class(err))
		}
	}
}

// lookAtCalendar compares what is missing with what was told, and tells what is
// new or was told a month ago.
func (a *alarms) lookAtCalendar(ctx context.Context, now time.Time) error {
	ctx, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	local := a.machine().Local(now)
	if hour := local.Hour(); hour < calendarFrom || hour >= calendarTo {
		return nil
	}
	missing, err := a.missing(ctx, local)
	if err != nil {
		return err
	}
	if len(missing) == 0 {
		_, err := a.pool.Exec(ctx, `update alarms set code = '', since = $2 where channel = $1 and code <> ''`, calendarChannel, now)
		return err
	}
	code := "missing_" + strings.Join(strings.Fields(strings.Trim(fmt.Sprint(missing), "[]")), "_")
	told := 0
	err = pgx.BeginFunc(ctx, a.pool, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `insert into alarms as a (channel, account, code, since) values ($1, '', $2, $3)
			on conflict (channel, account) do update set code = excluded.code, since = excluded.since
			where a.code <> excluded.code or a.since + interval '1 month' <= excluded.since`, calendarChannel, code, now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		told, err = a.send(ctx, tx, a.machine().CalendarAlarm("id", missing), "", "", now)
		if err == nil && told == 0 {
			err = errNobodyTold
		}
		return err
	})
	switch {
	case errors.Is(err, errNobodyTold):
		a.log.Error("a year has no decree of holidays, and no national admin can be told: 'kentongan holiday import FILE.csv' brings it", "years", missing)
		return nil
	case err != nil:
		return err
	case told > 0:
		a.log.Warn("a year has no decree of holidays: 'kentongan holiday import FILE.csv' brings it", "years", missing)
		a.wake()
	}
	return nil
}
