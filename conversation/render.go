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
	msg := Message{Text: string(buf), Slot: s.Slot, Copy: s.Copy, AskLocation: s.AskLocation}
	if len(s.Choices) == 0 {
		return msg
	}
	msg.Choices = make([]Button, len(s.Choices))
	for i := range s.Choices {
		ch := &s.Choices[i]
		msg.Choices[i] = Button{Number: ch.Number, Token: ch.Token, Label: c.Text(lang, ch.Label.Key, ch.Label.Args...), Listed: ch.Listed}
	}
	return msg
}
