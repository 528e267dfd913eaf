package conversation_test

import (
	"encoding/json"
	"testing"
	"time"

	"kentongan/conversation"
)

// typical is the session of somebody who has told a report of ordinary length,
// answered place and time, and is asked for evidence, with the event of the
// button that brings the review.
func typical(tb testing.TB) (m *conversation.Machine, s conversation.Session, e conversation.Event) {
	tb.Helper()
	m = machine(tb)
	shell := talk(m)
	for _, text := range []string{
		"Jalan di depan pasar berlubang besar, sudah dua orang jatuh dari motor dan belum ada yang memperbaiki walaupun sudah dilaporkan ke kantor desa",
		"Setuju", "Jalan Merdeka, Desa Mandingin, Kecamatan Barabai", "kemarin sore jam 3",
	} {
		shell.Send(conversation.Text{Text: text}, "m1")
		shell.Settle()
	}
	shell.Send(conversation.Attachment{Kind: "photo", Name: "jalan.jpg", Bytes: 1 << 20}, "m9")
	token, ok := shell.Button("Selesai", 0)
	if !ok || shell.Err() != nil {
		tb.Fatalf("no button (%v)", shell.Err())
	}
	return m, shell.Session(), conversation.Event{
		ID: 9, At: shell.Now().Add(time.Minute), Via: shell.Via, Input: conversation.Press{Token: token},
	}
}

// BenchmarkStepPress is a turn without free text: the button that ends the
// evidence and brings the whole review.
func BenchmarkStepPress(b *testing.B) {
	m, s, e := typical(b)
	number := e
	number.Input = conversation.Text{Text: "1"}
	stale := e
	stale.Input = conversation.Press{Token: "1.1.send"}
	for name, e := range map[string]conversation.Event{"button": e, "number": number, "stale": stale} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.Step(s, e)
			}
		})
	}
}

// BenchmarkTurn is a whole turn beside a mere JSON round trip of the same
// session.
func BenchmarkTurn(b *testing.B) {
	m, s, e := typical(b)
	stored, err := json.Marshal(s)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := turn(m, stored, e); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json-round-trip", func(b *testing.B) {
		b.ReportAllocs()
		b.ReportMetric(float64(len(stored)), "bytes")
		for b.Loop() {
			var s conversation.Session
			if err := json.Unmarshal(stored, &s); err != nil {
				b.Fatal(err)
			}
			if _, err := json.Marshal(s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTurnRatio takes both in turns, so that whatever else the machine
// does falls on both alike, and reports how many round trips a turn costs:
// 1.5 at most.
func BenchmarkTurnRatio(b *testing.B) {
	m, s, e := typical(b)
	stored, err := json.Marshal(s)
	if err != nil {
		b.Fatal(err)
	}
	var whole, bare time.Duration
	for b.Loop() {
		begin := time.Now()
		if _, err := turn(m, stored, e); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		var s conversation.Session
		if err := json.Unmarshal(stored, &s); err != nil {
			b.Fatal(err)
		}
		if _, err := json.Marshal(s); err != nil {
			b.Fatal(err)
		}
		whole, bare = whole+middle.Sub(begin), bare+time.Since(middle)
	}
	b.ReportMetric(float64(whole)/float64(bare), "round-trips")
}

func turn(m *conversation.Machine, stored []byte, e conversation.Event) ([]byte, error) {
	var s conversation.Session
	if err := json.Unmarshal(stored, &s); err != nil {
		return nil, err
	}
	after, effects := m.Step(s, e)
	for _, effect := range effects {
		if say, ok := effect.(conversation.Say); ok {
			m.Render(after.Lang(), say)
		}
	}
	return json.Marshal(after)
}
