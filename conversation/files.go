package conversation

import (
	"strings"

	"kentongan/reports"
)

// attachment takes a file. It is fetched at once where the person has agreed,
// and held, unfetched, where not yet.
func (t *turn) attachment(a Attachment) {
	a.Kind, a.Name, a.Album = clean(a.Kind), clip(clean(a.Name), 60), clip(clean(a.Album), 100)
	if t.s.Asked.work() && t.s.Work != nil {
		t.workFile(a)
		return
	}
	caption := clean(a.Caption)
	if !t.s.Danger && caption != "" && danger(caption) {
		t.s.Danger = true
		t.say("danger")
	}
	for i := range t.s.Filed {
		if t.s.Filed[i].sibling(a.Album, t.at) && t.s.Filed[i].ID != 0 && t.takable(a) {
			t.lateSibling(i, a, caption)
			return
		}
	}
	if t.s.Telling.holds() && t.s.Telling.file(t.e.ID) >= 0 {
		t.again()
		return
	}
	taken := t.takable(a)
	if !taken {
		t.refuseFile(a)
	} else {
		t.begin()
		d := &t.s.Telling
		d.Draft.Evidence = with(d.Draft.Evidence, reports.Evidence{
			File: t.e.ID, Kind: a.Kind, Status: reports.EvidenceFetching, Album: a.Album, Ref: t.e.Ref,
		})
		d.Fetching = with(d.Fetching, fetching{File: t.e.ID, Name: a.Name, Kind: a.Kind})
		if t.consented() && !t.unseen {
			t.do(Fetch{File: t.e.ID})
		}
	}
	t.caption(caption)
	switch {
	case t.telling():
		if taken || caption != "" {
			t.wait()
		} else {
			t.again()
		}
	case taken:
		t.count()
		if a.Kind == "voice" && t.s.Asked.words() {
			t.say("voice.write")
		}
		t.remind()
	default:
		t.remind()
	}
}

// telling reports whether what comes now is the beginning of a story, which is
// answered when its burst is over.
func (t *turn) telling() bool {
	return !t.s.Telling.holds() || t.unseen || t.s.Asked == asksNothing || t.s.Asked == asksStory || t.s.Asked == asksConsent
}

// count says how many files there are, in one message a question that counts up.
func (t *turn) count() {
	t.slot = "evidence." + itoa(t.s.Telling.Number) + "." + itoa(t.s.Serial)
	t.say("evidence.count", itoa(len(t.s.Telling.Draft.Evidence)))
}

// caption keeps what was written under a file as part of the story.
func (t *turn) caption(text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p := reports.Passage{Text: maskIdentity(text), Ref: t.e.Ref}
	if t.telling() {
		t.keepPassage(p)
		return
	}
	if t.tooMuch(len(text)) {
		t.say("story.full", itoa(maxStory>>10))
		return
	}
	t.absorb([]reports.Passage{p})
	if t.s.Asked != asksEvidence || t.slot == "" {
		t.say("caption.added")
	}
}

// takable reports whether a can be taken as far as its sender's claims go.
func (t *turn) takable(a Attachment) bool { return t.whyNot(a) == "" }

func (t *turn) whyNot(a Attachment) string {
	limit := t.e.Via.MaxFile
	switch {
	case limit <= 0:
		return "none"
	case a.Bytes == 0:
		return "empty"
	case a.Bytes > limit:
		return "too_large"
	case len(t.s.Telling.Draft.Evidence) >= maxFiles:
		return "many"
	}
	return ""
}

// refuseFile says why a is not taken, and lets go of it.
func (t *turn) refuseFile(a Attachment) {
	t.do(Drop{Files: []int64{t.e.ID}})
	switch t.whyNot(a) {
	case "none":
		t.say("refused.none", t.fileName(a.Name, a.Kind))
	case "empty":
		t.say("refused.empty", t.fileName(a.Name, a.Kind))
	case "too_large":
		t.say("refused.too_large", t.fileName(a.Name, a.Kind), formatBytes(t.e.Via.MaxFile))
	default:
		t.say("refused.many", t.fileName(a.Name, a.Kind), itoa(maxFiles))
	}
}

// fileName is what the person knows a file by: its name, else what it is.
func (t *turn) fileName(name, kind string) string {
	if name != "" {
		return "“" + name + "”"
	}
	switch kind {
	case "photo", "video", "audio", "voice":
		return t.m.config.Phrases.Text(t.s.Lang(), "file."+kind)
	default:
		return t.m.config.Phrases.Text(t.s.Lang(), "file.document")
	}
}

// lateSibling takes a file of an album of which the rest is already filed.
func (t *turn) lateSibling(i int, a Attachment, caption string) {
	f := t.s.Filed[i]
	f.Fetching = with(f.Fetching, fetching{File: t.e.ID, Name: a.Name, Kind: a.Kind})
	t.s.Filed = changed(t.s.Filed, i, f)
	t.do(Fetch{File: t.e.ID})
	t.slot = f.slot()
	t.say("late.sibling", itoa(len(f.Fetching)), string(f.TrackingID))
	if strings.TrimSpace(caption) != "" {
		t.line("late.caption")
	}
	if t.s.Asked != asksNothing {
		t.again()
	}
}

// stored notes that a file is safe. Files of a filed report are attached to it.
func (t *turn) stored(in FileStored) {
	if t.workStored(in.File, true) {
		return
	}
	if t.s.Telling.holds() {
		d := &t.s.Telling
		if i := d.file(in.File); i >= 0 {
			e := d.Draft.Evidence[i]
			e.Status = reports.EvidenceStored
			if kind := clean(in.Kind); kind != "" && e.Kind != "voice" {
				e.Kind = kind
			}
			d.Draft.Evidence = changed(d.Draft.Evidence, i, e)
			_, d.Fetching = take(d.Fetching, in.File)
			return
		}
	}
	for i := range t.s.Filed {
		f := t.s.Filed[i]
		if !f.waitsFor(in.File) || f.ID == 0 {
			continue
		}
		_, f.Fetching = take(f.Fetching, in.File)
		t.s.Filed = changed(t.s.Filed, i, f)
		t.do(Attach{Report: f.ID, Files: []int64{in.File}})
		if len(f.Fetching) == 0 {
			t.slot = f.slot()
			t.say("late.attached", string(f.TrackingID))
		}
		return
	}
}

// refused says which file could not be taken and why; the rest goes on.
func (t *turn) refused(in FileRefused) {
	if t.workStored(in.File, false) {
		return
	}
	if t.s.Telling.holds() {
		d := &t.s.Telling
		if i := d.file(in.File); i >= 0 {
			e := d.Draft.Evidence[i]
			var f fetching
			f, d.Fetching = take(d.Fetching, in.File)
			d.Draft.Evidence = without(d.Draft.Evidence, i)
			t.whyRefused(t.fileName(f.Name, e.Kind), in)
			if t.s.BurstEnd.IsZero() {
				t.say("evidence.now", itoa(len(d.Draft.Evidence)))
				t.remind()
			}
			return
		}
	}
	for i := range t.s.Filed {
		f := t.s.Filed[i]
		if !f.waitsFor(in.File) {
			continue
		}
		var lost fetching
		lost, f.Fetching = take(f.Fetching, in.File)
		t.s.Filed = changed(t.s.Filed, i, f)
		t.whyRefused(t.fileName(lost.Name, lost.Kind), in)
		t.line("refused.filed", string(f.TrackingID))
		return
	}
}

func (t *turn) whyRefused(name string, in FileRefused) {
	switch in.Why {
	case "empty":
		t.say("refused.empty", name)
	case "too_large":
		limit := in.Limit
		if limit <= 0 {
			limit = t.e.Via.MaxFile
		}
		t.say("refused.too_large", name, formatBytes(limit))
	case "type":
		t.say("refused.type", name)
	case "gone":
		t.say("refused.gone", name)
	default:
		t.say("refused.failed", name)
	}
}

// pin takes a place on a map.
func (t *turn) pin(in Pin) {
	if t.s.Asked.work() && t.s.Work != nil {
		t.workPin(in)
		return
	}
	if !onEarth(in.Lat, in.Lon) {
		t.say("pin.broken")
		t.again()
		return
	}
	words := strings.TrimSpace(clean(in.Name))
	if address := strings.TrimSpace(clean(in.Address)); address != "" && address != words {
		if words != "" {
			words += ", "
		}
		words += address
	}
	words = clip(words, maxShort)
	t.begin()
	d := &t.s.Telling
	l := reports.Location{Words: words, Lat: in.Lat, Lon: in.Lon, Pin: true}
	switch {
	case t.s.Asked == asksPlace:
		// Words may follow in the same burst: "depan pasar".
		d.FreshPin = true
		t.setPlace(l)
		d.PlaceRef = t.e.Ref
		t.wait()
		return
	case l.Words == "" && !d.Draft.Location.Pin:
		l.Words = d.Draft.Location.Words
	}
	t.setPlace(l)
	d.NoPlace = false
	if t.telling() {
		t.wait()
		return
	}
	t.say("pin.kept")
	if t.s.Asked == asksReview {
		t.proceed()
		return
	}
	t.remind()
}

// unsupported answers what cannot be part of a report.
func (t *turn) unsupported(what string) {
	switch what {
	case "sticker", "contact", "poll", "view_once":
		t.say("unsupported." + what)
	default:
		t.say("unsupported.unknown")
	}
	switch {
	case !t.s.BurstEnd.IsZero():
		t.typing = true
	case !t.s.Telling.holds():
		t.invite()
	default:
		t.remind()
	}
}
