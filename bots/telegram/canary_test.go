package telegram_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"kentongan/bots/telegram"
	"kentongan/conversation"
	"kentongan/conversation/rehearsal"
	"kentongan/reports"
)

// identity is everything by which a reporter, or somebody whom they passed on or
// quoted, could be known. None of it may be in anything that goes to a group.
type identity struct {
	first, last, username string
	phone                 string // without 0 or 62
	chat                  int64
	file                  string // what their phone calls a file
	friend                string // whose message they passed on, whose card they sent
	mail                  string
}

func identify(r *rand.Rand) identity {
	word := func() string {
		b := []byte("zq")
		for range 8 {
			b = append(b, "bcdfghjklmnpqrstvwxyz"[r.IntN(21)])
		}
		return string(b)
	}
	return identity{
		first: word(), last: word(), username: word(), phone: "8" + strconv.FormatInt(1_000_000_000+r.Int64N(8_000_000_000), 10),
		chat: 100_000_000 + r.Int64N(9_000_000_000), file: word(), friend: word(), mail: word(),
	}
}

// leaked returns what of i is in a text, however it is written.
func (i identity) leaked(text string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
	for _, canary := range []string{i.first, i.last, i.username, i.phone, strconv.FormatInt(i.chat, 10), i.file, i.friend, i.mail} {
		if strings.Contains(plain, canary) {
			return canary
		}
	}
	return ""
}

// reach is a way in which people write how they can be reached.
func (i identity) reach(r *rand.Rand) string {
	p := i.phone
	return [...]string{
		"0" + p, "+62" + p, "62 " + p[:3] + "-" + p[3:7] + "-" + p[7:], "(0" + p[:3] + ") " + p[3:], "0" + p[:3] + "." + p[3:7] + "." + p[7:],
		"0" + strings.Join(strings.Split(p, ""), " "), "wa.me/62" + p, "https://wa.me/62" + p + "?text=halo", "@" + i.username, "t.me/" + i.username,
		"https://telegram.me/" + i.username + "/12", i.mail + "@contoh.id", fmt.Sprint("tg://user?id=", i.chat), fmt.Sprint(i.chat),
		"instagram.com/" + i.username, "NIK 6307" + p + "01", "WA:0" + p + ",", "“@" + i.username + "”.",
	}[r.IntN(18)]
}

type fields = map[string]any

// update is what Telegram tells of something that i sends, with everything that it
// says of them.
func (i identity) update(n int, message fields) []byte {
	from := fields{"id": i.chat, "is_bot": false, "first_name": i.first, "last_name": i.last, "username": i.username, "language_code": "id"}
	message["message_id"], message["date"], message["from"] = n, 1_790_000_000, from
	message["chat"] = fields{"id": i.chat, "type": "private", "first_name": i.first, "last_name": i.last, "username": i.username}
	raw, err := json.Marshal(fields{"update_id": n, "message": message})
	if err != nil {
		panic(err) // plain values
	}
	return raw
}

var tales = []string{
	"jalan di depan Pasar Keramat Barabai berlubang dalam sejak kemarin sore", "lampu jalan di Desa Haruyan mati sejak dua minggu lalu",
	"sampah menumpuk di pinggir sungai Barabai dan baunya sampai ke rumah", "petugas meminta uang tambahan untuk surat pindah di Barabai",
	"air leding di Pantai Hambawang keruh sudah sebulan", "jembatan kayu di Desa Pajukungan hampir putus",
}

// something is a message of any kind with i in all that it has.
func (i identity) something(r *rand.Rand, n int) []byte {
	tale := tales[r.IntN(len(tales))]
	words := tale + ", hubungi " + i.reach(r)
	if r.IntN(3) == 0 {
		words = i.reach(r) + " " + tale
	}
	user := fields{"id": i.chat + 1, "is_bot": false, "first_name": i.friend, "username": i.friend}
	m := fields{}
	switch r.IntN(10) {
	case 0, 1:
		m["text"] = words
	case 2:
		m["text"] = words
		m["forward_origin"] = [...]fields{
			{"type": "user", "date": 1, "sender_user": user},
			{"type": "hidden_user", "date": 1, "sender_user_name": i.friend},
			{"type": "channel", "date": 1, "chat": fields{"id": -1007, "type": "channel", "title": i.friend}, "message_id": 3},
		}[r.IntN(3)]
	case 3:
		m["contact"] = fields{"phone_number": "+62" + i.phone, "first_name": i.first, "last_name": i.friend, "user_id": i.chat, "vcard": "TEL:" + i.phone}
	case 4:
		m["photo"] = []fields{{"file_id": "a", "file_unique_id": "a", "width": 90, "height": 90, "file_size": 100}}
		m["caption"] = words
	case 5:
		m["document"] = fields{"file_id": "b", "file_unique_id": "b", "file_name": i.file + "-" + i.phone + ".jpg", "mime_type": "image/jpeg", "file_size": 100}
		m["caption"] = words
	case 6:
		m["text"], m["quote"] = words, fields{"text": i.friend + " 0" + i.phone, "position": 0}
		m["reply_to_message"] = fields{"message_id": 1, "date": 1, "from": user, "chat": fields{"id": i.chat, "type": "private"}, "text": i.friend}
	case 7:
		m["venue"] = fields{"location": fields{"latitude": -2.58, "longitude": 115.38}, "title": "Warung, " + i.reach(r), "address": i.reach(r)}
		m["location"] = fields{"latitude": -2.58, "longitude": 115.38}
	case 8:
		m["audio"] = fields{"file_id": "c", "file_unique_id": "c", "duration": 3, "performer": i.first, "title": i.last, "file_name": i.file + ".mp3", "mime_type": "audio/mpeg"}
		m["caption"] = words
	case 9:
		m["text"] = "lihat beritanya " + tale
		m["entities"] = []fields{
			{"type": "text_link", "offset": 0, "length": 5, "url": "https://t.me/" + i.username},
			{"type": "text_mention", "offset": 6, "length": 8, "user": user},
		}
	}
	return i.update(n, m)
}

// canaryCase plays one case of a random reporter, and returns what a group read of
// them, and whether the report came to a body's group.
func canaryCase(t *testing.T, c *telegram.Channel, seed uint64, story string) (leaks []string, shown bool) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 6))
	i := identify(r)
	if story != "" {
		story = strings.ReplaceAll(story, "NAMA", i.first)
	}
	k, err := rehearsal.StageCase()
	if err != nil {
		t.Fatal(err)
	}
	siti, ani, rudi := k.Join(i.first), k.Join("Ani"), k.Join("Rudi")
	k.Appoint(ani, reports.NationalAdmin, "")
	k.Appoint(rudi, reports.Liaison, "HST-PUPR")
	groups := []*rehearsal.Group{k.Bind("Admin", ""), k.Bind("PUPR", "HST-PUPR")}
	k.Heard = func(h rehearsal.Heard) {
		if h.Group == nil && !h.Alert {
			return
		}
		text := h.Message.Text + "\n" + h.Message.Copy
		for _, b := range h.Message.Choices {
			text += "\n" + b.Label + "\n" + b.Token
		}
		shown = shown || h.Group == groups[1]
		if what := i.leaked(text); what != "" {
			leaks = append(leaks, fmt.Sprintf("%q in\n%s", what, text))
		}
	}
	n := 0
	send := func(raw []byte, about reports.ID) {
		n++
		d, err := c.Decode(raw)
		if err != nil {
			t.Fatal(err)
		}
		if d.Input != nil {
			k.Send(siti, nil, d.Input, about)
		}
		k.Advance(time.Second)
		if r.IntN(2) == 0 {
			k.Settle()
		}
	}
	say := func(p *rehearsal.Person, text string) {
		k.Send(p, nil, conversation.Text{Text: text}, 0)
		k.Settle()
	}
	for range 1 + r.IntN(3) {
		send(i.something(r, n+1), 0)
	}
	if story != "" {
		send(i.update(n+1, fields{"text": story}), 0)
	}
	k.Settle()
	for range 25 {
		if len(k.Reports()) > 0 {
			break
		}
		switch asked := string(k.Session(siti).Asked); {
		case asked == "consent":
			say(siti, "Setuju")
		case asked == "review" && k.Session(siti).Telling.Draft.AgencyWords == "" && r.IntN(2) == 0:
			say(siti, "6")
		case asked == "review":
			say(siti, "Kirim")
		case asked == "agency":
			say(siti, "Lainnya")
		case asked == "agency_words", asked != "secrecy" && r.IntN(3) == 0:
			send(i.update(n+1, fields{"text": "Dinas PUPR, " + i.reach(r)}), 0)
			k.Settle()
		default:
			say(siti, "2")
		}
	}
	if len(k.Reports()) == 0 {
		return leaks, false
	}
	id := k.Reports()[0].Report.ID
	tracking := string(k.Reports()[0].Report.TrackingID)
	do := func(p *rehearsal.Person, deed string, words ...string) {
		k.Send(p, nil, conversation.Press{Token: fmt.Sprintf("k.%d.%s", id, deed)}, 0)
		for _, w := range words {
			say(p, w)
		}
		for j, g := range groups {
			by := []*rehearsal.Person{ani, rudi}[j]
			for _, command := range []string{"/laporan " + tracking, "/jejak " + tracking, "/antrean", "/rekap"} {
				k.Send(by, g, conversation.Text{Text: command}, 0)
			}
		}
	}
	answer := func() {
		for range 1 + r.IntN(2) {
			send(i.something(r, n+1), id)
		}
		k.Settle()
	}
	do(ani, "dispatch", "Dinas PUPR", "Kirim")
	do(rudi, "claim")
	do(rudi, "ask", "Di sebelah mana persisnya?", "Kirim")
	answer()
	do(rudi, "followup", "Sudah kami perbaiki pagi ini dengan aspal.", "Kirim")
	say(siti, "Belum")
	answer()
	do(rudi, "followup", "Kami perbaiki lagi tadi siang sampai rata.", "Kirim")
	say(siti, "Sudah beres")
	do(ani, "note", "Diperiksa lagi bulan depan.", "Kirim")
	if err := k.Err(); err != nil {
		t.Fatalf("case %d: %v", seed, err)
	}
	return leaks, shown
}

// Whatever a reporter sends, in whatever shape, no group reads who they are or how
// to reach them, nor whom they passed on. KENTONGAN_CANARIES is how many cases.
func TestNoGroupReadsWhoAReporterIs(t *testing.T) {
	cases, err := strconv.Atoi(os.Getenv("KENTONGAN_CANARIES"))
	if err != nil {
		cases = 60
	}
	c := channel(t, telegram.Config{Token: "77000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	reached, leaking := 0, 0
	for n := range cases {
		leaks, shown := canaryCase(t, c, uint64(n), "")
		if shown {
			reached++
		}
		for _, leak := range leaks {
			if leaking++; leaking <= 8 {
				t.Errorf("case %d: %s", n, leak)
			}
		}
	}
	t.Logf("%d of %d cases came to a body's group, %d leaks", reached, cases, leaking)
	if reached*2 < cases {
		t.Error("too few cases came that far to say anything")
	}
}

// What is in a story shows, so a name that is put there is found: the test above
// would see a leak.
func TestASeededLeakIsCaught(t *testing.T) {
	c := channel(t, telegram.Config{Token: "77000:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Log: slog.New(slog.DiscardHandler), Now: time.Now})
	for n := range 20 {
		if leaks, shown := canaryCase(t, c, uint64(n), "jalan di depan rumah NAMA di Barabai rusak"); shown && len(leaks) > 0 {
			return
		}
	}
	t.Error("no leak was seen")
}
