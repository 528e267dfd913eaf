package conversation

import (
	"slices"
	"time"

	"kentongan/reports"
)

// send files the draft. What is still being fetched follows by [Attach].
func (t *turn) send() {
	d := &t.s.Telling
	if next := t.next(); next != asksReview {
		t.ask(next)
		return
	}
	draft := d.Draft
	draft.Kind = d.kind()
	if !draft.OccurredAt.From.IsZero() {
		draft.OccurredAt.Zone = t.zone().String()
	}
	f := Filed{Number: d.Number, At: t.at, Fetching: d.Fetching}
	for _, e := range draft.Evidence {
		if e.Album != "" && !slices.Contains(f.Albums, e.Album) {
			f.Albums = append(f.Albums, e.Album)
		}
	}
	opened := draft.Open(0, "", t.at)
	f.Promise = &promise{Kind: opened.Kind, Agency: opened.Agency, Keyword: opened.Keyword, Restricted: opened.Restricted()}
	t.s.Filed = recent(with(t.s.Filed, f))
	t.do(FileReport{Number: d.Number, Draft: draft})
	t.forget()
}

// kind is what the draft is filed as.
func (t *Telling) kind() reports.Kind {
	switch {
	case t.Draft.Kind != "":
		return t.Draft.Kind
	case t.Proposed != "":
		return t.Proposed
	default:
		return reports.Complaint
	}
}

// recent drops the oldest of too many filed reports, first those that wait for
// nothing any more.
func recent(filed []Filed) []Filed {
	for len(filed) > filedKept {
		i := slices.IndexFunc(filed[:len(filed)-1], func(f Filed) bool { return len(f.Fetching) == 0 && f.ID != 0 })
		if i < 0 && len(filed) <= 4*filedKept {
			return filed
		}
		filed = without(filed, max(i, 0))
	}
	return filed
}

func (t *turn) lastFiled() *Filed {
	if len(t.s.Filed) == 0 {
		return nil
	}
	return &t.s.Filed[len(t.s.Filed)-1]
}

// alreadySent answers a second Kirim.
func (t *turn) alreadySent(f *Filed) {
	t.say("already_sent", string(f.TrackingID))
	t.copied = string(f.TrackingID)
	if t.s.Telling.holds() {
		t.again()
	}
}

// filed gives the receipt.
func (t *turn) filed(in ReportFiled) {
	p := promise{}
	waiting := 0
	at := t.at
	i := slices.IndexFunc(t.s.Filed, func(f Filed) bool { return f.ID == 0 || f.ID == in.Report })
	if i >= 0 {
		f := t.s.Filed[i]
		if f.Promise != nil {
			p = *f.Promise
		}
		waiting, at = len(f.Fetching), f.At
		f.ID, f.TrackingID, f.Promise = in.Report, in.TrackingID, nil
		t.s.Filed = changed(t.s.Filed, i, f)
	} else {
		t.s.Filed = recent(with(t.s.Filed, Filed{ID: in.Report, TrackingID: in.TrackingID, At: t.at}))
	}
	t.say("receipt", string(in.TrackingID))
	if in.AccessCode != "" {
		t.line("receipt.code", string(in.AccessCode))
		t.say("receipt.keep")
	} else {
		t.say("receipt.same")
	}
	if waiting > 0 {
		t.say("receipt.files", itoa(waiting))
	}
	t.promiseNext(p, at)
	t.say("receipt.end")
	t.copied, t.about = string(in.TrackingID), in.Report
	if t.s.Telling.holds() {
		t.resume()
	}
}

// promiseNext says what happens next and, where somebody is there to keep it,
// by which day.
func (t *turn) promiseNext(p promise, at time.Time) {
	there := t.m.config.Desk.Verifier
	if p.Restricted {
		there = t.m.config.Desk.Restricted
	}
	due, ok := t.m.dueFrom(reports.Report{Kind: p.Kind, Agency: p.Agency, Keyword: p.Keyword}, reports.ClockVerify, at)
	if !there || !ok {
		t.say(either(p.Restricted, "receipt.next_restricted", "receipt.next"))
		return
	}
	t.say(either(p.Restricted, "receipt.next_restricted_by", "receipt.next_by"), t.m.dated(t.s.Lang(), due))
}

func either(which bool, yes, no string) string {
	if which {
		return yes
	}
	return no
}
