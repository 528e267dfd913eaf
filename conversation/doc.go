// Package conversation is what the bot asks people and says to them: a pure
// machine that takes a session and an event and answers with the session that
// follows and the effects that the shell carries out. It knows no network, no
// database, no clock and no randomness; the time comes with each event.
//
// One message, followed through: [Machine.Step] dispatches the event (step.go);
// a text is a command (commands.go), an answer to the open question
// (question.go, answer.go) or something told, which waits for the end of its
// burst (text.go, burst.go); files, pins, edits and deletions are in files.go
// and edits.go; filing, the receipt and /status in filing.go and commands.go;
// what is due because time passed in timers.go. The question that is open at
// the end is put into phrases by prompt.go, and [Machine.Render] makes words of
// them. Who else hears of a report, and what a group may see of it, is in
// notices.go. What people mean is read by the understand_ files.
//
// To add a question: give it a kind, its choices and its place in the order in
// question.go, what its answers do in answer.go and burst.go, its words in
// prompt.go and the catalogue, and a transcript in testdata.
package conversation
