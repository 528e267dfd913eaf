package conversation

import "kentongan/reports/deadline"

// Begun is the proof of what started a clock of the reporter's.
func Begun(since int) string { return deadline.ProofBegun(since) }

// Warned is the proof of the warning that silence has an end.
func Warned(since int) string { return deadline.ProofWarned(since) }
