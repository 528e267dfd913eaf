package conversation

import (
	"testing"

	"kentongan/reports"
)

// Where there are no buttons the words of a card's choices are answers to it, and
// nothing else is.
func TestCardsAreAnsweredWithTheWordsOfTheirChoices(t *testing.T) {
	m := office(t)
	r := reports.Draft{Agency: "HST-PUPR", Chronology: []reports.Passage{{Text: "jalan rusak"}}}.Open(theReporter, "whatsapp", now)
	r.ID, r.TrackingID = 7, "KTG-FA49-Z2N3"
	r, _, err := reports.Apply(r, reports.Change{
		Action: reports.Dispatch, Actor: reports.Actor{Kind: reports.ByAdmin, Person: anAdmin}, At: now, Agency: "HST-PUPR",
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		by   reports.PersonID
		deed deed   // that is begun
		as   string // words that their author is asked about
	}{
		{"Saya tangani", aLiaison, deedClaim, ""},
		{" saya tangani. ", aLiaison, deedClaim, ""},
		{"I take it", aLiaison, deedClaim, ""},
		{"Tindak lanjut", aLiaison, deedFollowUp, ""},
		{"Saya tangani besok pagi", aLiaison, "", "Saya tangani besok pagi"},
		{"Teruskan", aLiaison, "", "Teruskan"}, // not theirs to do
		{"1", aLiaison, "", ""},
		{"Saya tangani", aStranger, "", ""},
		{"Saya tangani", 0, "", ""},
	} {
		_, effects := m.StepGroup(GroupSession{}, Event{
			At: now, Input: Text{Text: c.text}, Person: c.by, Chat: -2, Group: true, About: r.ID, Reports: []reports.Report{r},
		})
		var got Handed
		if len(effects) == 1 {
			if hand, is := effects[0].(Hand); is { // who writes as the group gets buttons
				got = hand.Handed
			}
		}
		if len(effects) > 1 || got.Deed != c.deed || got.Words != c.as {
			t.Errorf("%q by %d: %+v", c.text, c.by, effects)
		}
		if c.by != aLiaison || c.deed == "" {
			continue
		}
		s, effects := m.Step(Session{}, Event{ID: 1, At: now, Input: Text{Text: c.text}, Person: c.by, Chat: int64(c.by), About: r.ID, Reports: []reports.Report{r}})
		done := false
		for _, e := range effects {
			act, is := e.(Act)
			done = done || is && act.Change.Action == reports.Claim
		}
		if begun := s.Work != nil && s.Work.Deed == c.deed; !begun && !(done && c.deed == deedClaim) {
			t.Errorf("%q in private: %+v, %+v", c.text, s.Work, effects)
		}
	}
}

func TestChoicesWithoutNumbersSayHowToAnswer(t *testing.T) {
	m := office(t)
	numbered := m.Render("id", Say{Choices: []Choice{{Number: 1, ID: "a", Label: Phrase{Key: "choice.yes"}}}})
	worded := m.Render("id", Say{Choices: []Choice{{ID: "a", Label: Phrase{Key: "choice.yes"}}}})
	if numbered.Pick != "" || worded.Pick == "" {
		t.Errorf("numbered %q, worded %q", numbered.Pick, worded.Pick)
	}
}
