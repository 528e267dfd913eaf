package conversation

import (
	"slices"
	"strings"

	"kentongan/reports"
)

// fromOffice keeps what somebody of the office wrote to the reporter by themself
// as what the administrator wrote about the report: it ends the closing clock
// like any such words. Nobody is told: the reporter has it, and a person
// answered, so the bot has nothing to add.
func (t *turn) fromOffice(in FromOffice) {
	r, found := t.known(t.e.About)
	if !found || r.Reporter != t.e.Person {
		return
	}
	as := reports.Actor{Kind: reports.ByAdmin}
	if !slices.Contains(reports.Allowed(r, as), reports.Write) {
		return // it is over
	}
	words := clip(impersonal(clean(in.Text)), maxWorkWords)
	if in.File {
		words = strings.TrimSpace("📎 " + words)
	}
	if !hasWords(words) && !in.File {
		return
	}
	t.do(Act{Report: r.ID, Words: words, ByPhone: true, Change: reports.Change{Action: reports.Write, Actor: as, At: t.at}})
	awaits := ""
	if r.State == reports.NeedsInfo { // what was asked stays asked
		for _, th := range t.waiting(awaitsAnswer) {
			if th.Report == r.ID {
				awaits = awaitsAnswer
			}
		}
	}
	t.thread(r, awaits)
}
