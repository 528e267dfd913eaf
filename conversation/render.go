package conversation

// Render puts s into words of lang, for any channel. A language or key that
// the catalogue lacks is answered in Indonesian.
func (m *Machine) Render(lang string, s Say) Message {
	c := m.config.Phrases
	buf := make([]byte, 0, 512)
	for i := range s.Paragraphs {
		p := &s.Paragraphs[i]
		switch {
		case len(buf) == 0:
		case p.Tight:
			buf = append(buf, '\n')
		default:
			buf = append(buf, "\n\n"...)
		}
		buf = c.Append(buf, lang, p.Key, p.Args)
	}
	msg := Message{Text: string(buf), Slot: s.Slot, Copy: s.Copy, About: s.About, Proof: s.Proof, AskLocation: s.AskLocation}
	if s.AskLocation {
		msg.Share = c.Text(lang, "choice.share_location")
	}
	if len(s.Choices) == 0 {
		return msg
	}
	msg.Choices = make([]Button, len(s.Choices))
	tokens := tokensOf(s)
	for i := range s.Choices {
		ch := &s.Choices[i]
		n := len(s.Question) + len(ch.ID)
		if ch.Number == 0 && !ch.Listed && msg.Pick == "" {
			msg.Pick = c.Text(lang, "choices.pick")
		}
		msg.Choices[i] = Button{
			Number: ch.Number, Token: tokens[:n], Label: c.Text(lang, ch.Label.Key, ch.Label.Args...),
			Listed: ch.Listed, Primary: ch.Primary,
		}
		tokens = tokens[n:]
	}
	return msg
}

// tokensOf returns the tokens of all choices of s, one behind the other, so
// that they are one string in memory.
func tokensOf(s Say) string {
	var room [320]byte
	tokens := room[:0]
	for i := range s.Choices {
		tokens = append(tokens, s.Question...)
		tokens = append(tokens, s.Choices[i].ID...)
	}
	return string(tokens)
}
