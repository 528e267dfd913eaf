package conversation

import "strconv"

// What a clock waits for the reporter to have been told: a report is closed by
// silence, and a question lapses, only where both of these reached their channel.
// Since is the version of the report that started the clock.

// Begun is the proof of what started a clock of the reporter's: a follow-up, a
// question.
func Begun(since int) string { return "begun " + strconv.Itoa(since) }

// Warned is the proof of the warning that silence has an end.
func Warned(since int) string { return "warned " + strconv.Itoa(since) }
