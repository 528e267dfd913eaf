package conversation

import "strings"

// formRest is the label behind which everything is the story, whatever stands
// in it.
const formRest = "Isi aduan selengkapnya: "

// writtenLabels stand before the other fields, in the order in which they are
// written.
var writtenLabels = [3]string{"Lokasi: ", "Waktu kejadian: ", "Instansi tujuan: "}

// written returns the form as a text that [readForm] reads as the same form, but
// for who gave what, and that says nothing of the writer. It is for keeping a
// form before its fields can be used. Where there is nothing but a story it is
// that story, unless the story would be read as another form: one that names
// somebody complained of is not to be read as its writer's.
func (f form) written() string {
	values := [3]string{f.Place, f.When, f.Agency}
	if values == [3]string{} {
		if _, again := readForm(f.Story); !again {
			return f.Story
		}
	}
	var b strings.Builder
	for i, value := range values {
		if value != "" {
			b.WriteString(writtenLabels[i] + oneField(value) + "\n")
		}
	}
	b.WriteString(formRest + f.Story)
	return b.String()
}

// oneField is value in one line.
func oneField(value string) string { return strings.Join(strings.Fields(value), " ") }

// readWritten reads what [form.written] wrote.
func readWritten(text string) (form, bool) {
	var values [3]string
	for i, label := range writtenLabels {
		if rest, ok := strings.CutPrefix(text, label); ok {
			end := lineEnd(rest, 0)
			values[i], text = rest[:end], strings.TrimPrefix(rest[end:], "\n")
		}
	}
	story, ok := strings.CutPrefix(text, strings.TrimSpace(formRest))
	if !ok {
		return form{}, false
	}
	f := form{Story: maskNIKs(strings.TrimSpace(story))}
	for i, to := range []*string{&f.Place, &f.When, &f.Agency} {
		*to = maskNIKs(strings.TrimSpace(values[i]))
	}
	return f, true
}
