package region

// Name is where a text names a region, a town or a district.
type Name struct {
	// From and To are in bytes of the text. Words for the kind, as in "Kab. Banjar",
	// belong to it.
	From, To int
	// Sure: it says where something is by itself. Otherwise it helps only beside
	// another name, or may be a namesake.
	Sure bool
}

// Names returns the names that [Read] finds in a text, in order, less those
// that it takes for something else, such as a street, a dish or a person.
func Names(text string) []Name {
	g := names()
	r := reader{tokens: words(text)}
	g.mend(r.tokens)
	r.mentions = g.mentions(r.tokens)
	r.weigh()
	all := make([]Name, 0, len(r.mentions))
	for i := range r.mentions {
		m := &r.mentions[i]
		if m.trust == nothing {
			continue
		}
		to := m.to
		if kindsBehind[r.next(to)]&m.kind != 0 && m.lead == m.from { // Bogor Kota
			to++
		}
		all = append(all, Name{From: int(r.tokens[m.lead].at), To: int(r.tokens[to-1].until), Sure: m.trust == heard})
	}
	return all
}
