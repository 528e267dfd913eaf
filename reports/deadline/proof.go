package deadline

import "strconv"

// What a clock waits for the reporter to have been told: a report is closed by
// silence, and a question lapses, only where both of these reached their channel.
// Since is the version of the report that started the clock.

// ProofBegun names the message of what started a clock of the reporter's: a
// follow-up, a question.
func ProofBegun(since int) string { return "begun " + strconv.Itoa(since) }

// ProofWarned names the warning that silence has an end.
func ProofWarned(since int) string { return "warned " + strconv.Itoa(since) }
