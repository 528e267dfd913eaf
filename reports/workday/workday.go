// Package workday counts Indonesian working days: Monday to Friday (or Saturday) less public holidays (libur nasional)
// and joint leave (cuti bersama), which three ministers set each year by joint decree and sometimes amend mid-year.
//
// A [Table] is the decreed days, read with [Parse] or [NewTable]; [Default] is the one compiled in. [Table.Calendar]
// makes a [Calendar] of it for one office's [Settings]: an immutable value that answers every question by look-up.
//
// Day 1 is the first working day after the event, whatever the hour of the event and whether its own day is worked:
// an event on Friday at 23:30, on Saturday or on Sunday has the same first day. Office hours play no part. A due day
// is the last day in time; overdue begins with the first instant of the next working day.
//
// # Years without a table
//
// Nobody knows the holidays of a year before its decree, yet an answer is still needed. So every method that counts
// also returns ok. It is false when one of the days it had to look at lies in a year without a table: the answer is
// then provisional, with only weekends (and whatever single days are listed) off in that year. It has to be shown as
// such, and the missing table has to raise an alarm. The flag is a second result and not a field so that nobody drops
// it without writing an underscore.
//
// The package reads no clock and no zone: the day of an instant depends on the [time.Location] handed in.
package workday
