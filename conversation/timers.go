package conversation

import "time"

// tick does what is due. Of several things that are due at once one is said.
func (t *turn) tick() {
	s := &t.s
	if !s.BurstEnd.IsZero() {
		if t.at.Before(s.BurstEnd) {
			return
		}
		t.endBurst()
		t.askLost()
		if t.at.After(s.Touched) {
			s.Touched = t.at // silence counts from our answer, however late it comes
		}
		return
	}
	if len(s.Held) > 0 && !t.at.Before(s.Morning) {
		t.morning()
		return
	}
	if !s.Telling.holds() {
		return
	}
	quiet := t.at.Sub(s.Touched)
	c := &t.m.config
	switch {
	case !s.Telling.Agreed:
		if quiet >= consentWait {
			t.discard()
			t.say("consent.expired")
		}
	case quiet >= c.Expire && (s.Reminded || c.Expire <= c.Remind):
		t.discard()
		t.say("expired")
	case quiet >= c.Remind && !s.Reminded:
		// Nobody loses a draft unwarned: after a reminder that comes late, because we
		// were away, there is still time to answer it.
		s.Reminded = true
		if rest := c.Expire - quiet; rest < c.Remind {
			s.Touched = t.at.Add(c.Remind - c.Expire)
		}
		t.say("reminder", formatDate(s.Lang(), s.Touched.Add(c.Expire).In(c.Zone)))
		t.resume()
	}
}

// wake is when the next thing is due.
func (t *turn) wake() time.Time {
	s := &t.s
	if !s.BurstEnd.IsZero() {
		return s.BurstEnd
	}
	wake := t.draftWake()
	if len(s.Held) > 0 && (wake.IsZero() || s.Morning.Before(wake)) {
		wake = s.Morning
	}
	return wake
}

func (t *turn) draftWake() time.Time {
	s := &t.s
	c := &t.m.config
	switch {
	case !s.Telling.holds():
		return time.Time{}
	case !s.Telling.Agreed:
		return s.Touched.Add(consentWait)
	case s.Reminded || c.Expire <= c.Remind:
		return s.Touched.Add(c.Expire)
	default:
		return s.Touched.Add(c.Remind)
	}
}
