package whatsapp

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
	"kentongan/bots/channeltest"
	"kentongan/bots/whatsapp/whatsapptest"
	"kentongan/conversation"
)

func TestWhatPeopleSendComesInAsWhatItIs(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := r.online()
	siti := r.person("Siti")
	chat := r.office
	file := func(kind string) whatsapptest.File {
		return whatsapptest.File{Name: "bukti", Type: kind, Caption: "Lihat", Body: channeltest.Photo()}
	}
	first := siti.Text(chat, "Lampu mati")
	r.confirmed(siti, first)
	n := len(b.all())
	for _, c := range []struct {
		name string
		do   func() types.MessageID
		want conversation.Input // nil: nothing is stored
	}{
		{"reply", func() types.MessageID { return siti.Reply(chat, first, "2") }, conversation.Text{Text: "2"}},
		{"forward", func() types.MessageID { return siti.Forward(chat, "berita") }, conversation.Text{Text: "berita", Forwarded: true}},
		{
			"photo", func() types.MessageID { return siti.Photo(chat, file("image/png")) },
			conversation.Attachment{Kind: "photo", Type: "image/png", Caption: "Lihat"},
		},
		{
			"video", func() types.MessageID { return siti.Video(chat, file("video/mp4")) },
			conversation.Attachment{Kind: "video", Type: "video/mp4", Caption: "Lihat"},
		},
		{"voice", func() types.MessageID { return siti.Voice(chat, file("audio/ogg")) }, conversation.Attachment{Kind: "voice", Type: "audio/ogg"}},
		{
			"document", func() types.MessageID { return siti.Document(chat, file("application/pdf")) },
			conversation.Attachment{Kind: "document", Name: "bukti", Type: "application/pdf", Caption: "Lihat"},
		},
		{"place", func() types.MessageID { return siti.Location(chat, -2.5, 115.25, "Pasar") }, conversation.Pin{Lat: -2.5, Lon: 115.25, Name: "Pasar"}},
		{"live place", func() types.MessageID { return siti.LiveLocation(chat, -2.5, 115.25, 1) }, conversation.Pin{Lat: -2.5, Lon: 115.25, Live: true}},
		{"live place later", func() types.MessageID { return siti.LiveLocation(chat, -2.6, 115.25, 2) }, nil},
		{"contact", func() types.MessageID { return siti.Contact(chat, "Budi", "62811") }, conversation.Unsupported{What: "contact"}},
		{"sticker", func() types.MessageID { return siti.Sticker(chat, file("image/webp")) }, conversation.Unsupported{What: "sticker"}},
		{"poll", func() types.MessageID { return siti.Poll(chat, "?", []string{"a", "b"}) }, conversation.Unsupported{What: "poll"}},
		{"reaction", func() types.MessageID { return siti.React(chat, first, "👍") }, nil},
		{"edit", func() types.MessageID { return siti.Edit(chat, first, "Lampu padam") }, conversation.Edited{Ref: first, Text: "Lampu padam"}},
		{
			"encrypted edit", func() types.MessageID { return siti.EditEncrypted(chat, first, "Lampu gelap") },
			conversation.Edited{Ref: first, Text: "Lampu gelap"},
		},
		{"deletion", func() types.MessageID { return siti.Delete(chat, first) }, conversation.Deleted{Ref: first}},
		{"view once", func() types.MessageID { return siti.ViewOnce(chat, file("image/png")) }, conversation.Unsupported{What: "view_once"}},
	} {
		id := c.do()
		r.confirmed(siti, id)
		if c.want == nil {
			if got := len(b.all()); got != n {
				t.Errorf("%s: stored", c.name)
			}
			continue
		}
		if n++; len(b.all()) != n {
			// What is unavailable is confirmed before it is told.
			b.await(t, n)
		}
		d := b.last(t, r.c)
		if a, is := d.Input.(conversation.Attachment); is {
			if a.Bytes <= 0 {
				t.Errorf("%s: %d bytes", c.name, a.Bytes)
			}
			a.Bytes = 0
			d.Input = a
		}
		if diff := cmp.Diff(c.want, d.Input); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
		if d.Ref != id || d.Profile.Name != "Siti" || d.Profile.Number != "+"+siti.PN().User {
			t.Errorf("%s: ref %q of %q, profile %+v", c.name, d.Ref, id, d.Profile)
		}
	}
	e := b.all()[0]
	if e.Chat != addressOf(siti.LID()) || e.Group || e.Order == 0 {
		t.Errorf("%s, group %t, order %d", string(e.Chat), e.Group, e.Order)
	}
	siti.Disappearing(86400)
	r.confirmed(siti, siti.Text(chat, "hilang nanti"))
	if got := b.last(t, r.c).Input; got != (conversation.Text{Text: "hilang nanti"}) {
		t.Errorf("%+v", got)
	}
	n = len(b.all())
	poll := siti.Poll(chat, "Setuju?", []string{"a", "b"})
	vote, ok := siti.Vote(chat, poll, "a")
	r.confirmed(siti, poll, vote)
	if got := len(b.all()); !ok || got != n+1 {
		t.Errorf("a poll and a vote (%t) are %d events", ok, got-n)
	}
}

func TestAnAlbumComesAsItsFiles(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := r.online()
	siti := r.person("Siti")
	ids := siti.Album(r.office, []whatsapptest.File{{Body: channeltest.Photo()}, {Body: []byte("film"), Type: "video/mp4"}})
	r.confirmed(siti, ids...)
	all := b.all()
	if len(all) != 2 {
		t.Fatalf("%d events of an album of two", len(all))
	}
	for _, e := range all {
		d, err := r.c.Decode(e.Body)
		if a, is := d.Input.(conversation.Attachment); err != nil || !is || a.Album != ids[0] {
			t.Errorf("%+v, %v", d.Input, err)
		}
	}
}

func TestTheBetterCopyReplacesAPhotoAndIsNotOneMore(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := r.online()
	siti := r.person("Siti")
	small, full := channeltest.Photo(), append(channeltest.Photo(), make([]byte, 5000)...)
	first, hd := siti.HDPhoto(r.office, whatsapptest.File{Body: small}, whatsapptest.File{Body: full})
	r.confirmed(siti, first, hd)
	if n := len(b.all()); n != 1 {
		t.Fatalf("%d events of one photo", n)
	}
	d := b.last(t, r.c)
	f, err := r.c.Fetch(t.Context(), d.Media)
	if got := readAll(t, f, err); len(got) != len(full) {
		t.Errorf("%d bytes were fetched, want the %d of the better copy", len(got), len(full))
	}
}

func TestAGroupMembersFirstMessageIsNotLostBehindItsKeys(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := r.online()
	siti, budi := r.person("Siti"), r.person("Budi")
	g := r.server.Group("Dinas", siti, budi, r.office)
	r.confirmed(siti, siti.Text(g, "satu"))
	r.confirmed(budi, budi.Text(g, "dua"))
	var texts []string
	for _, e := range b.all() {
		d, err := r.c.Decode(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if text, is := d.Input.(conversation.Text); is {
			texts = append(texts, text.Text)
		}
		if !e.Group || e.Chat != addressOf(g.JID()) || e.From == "" {
			t.Errorf("group %t, chat %s, from %s", e.Group, string(e.Chat), string(e.From))
		}
	}
	if got := strings.Join(texts, ", "); got != "satu, dua" {
		t.Errorf("%s", got)
	}
	if _, err := r.c.Send(t.Context(), addressOf(g.JID()), bots.Outgoing{ID: "g1", Message: conversation.Message{Text: "Siap"}}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*whatsapptest.Person{siti, budi} {
		if _, err := p.Await(r.within(10*time.Second), g, func(m whatsapptest.Shown) bool { return m.Text == "Siap" }); err != nil {
			t.Error(err)
		}
	}
}

func TestAPersonIsOneWithNumberAndHiddenID(t *testing.T) {
	t.Parallel()
	w := channeltest.NewWorld(t)
	r := paired(t, w)
	shell, _ := w.Start(r.c)
	siti := r.person("Siti")
	siti.Address(whatsapptest.ByNumberOnly)
	r.confirmed(siti, siti.Text(r.office, "Lampu jalan di depan pasar mati dan gelap sekali."))
	awaitText(t, r, siti, "Setuju")
	siti.Address(whatsapptest.ByLID)
	r.confirmed(siti, siti.Text(r.office, "1"))
	awaitText(t, r, siti, "mana")
	var people int
	if err := w.Pool.QueryRow(t.Context(), `select count(*) from identities where kind = 'person'`).Scan(&people); err != nil {
		t.Fatal(err)
	}
	if people != 1 {
		t.Errorf("%d people", people)
	}
	chat, err := shell.Identities().Resolve(t.Context(), "whatsapp", accountName, "person", string(addressOf(siti.LID())), time.Now())
	if err != nil || chat != 1 {
		t.Errorf("chat %d, %v", chat, err)
	}
	if n := r.count(`select count(*) from whatsapp.heard h join identities i on i.address_hash = h.chat where not h.moved`); n != 1 {
		t.Errorf("%d who wrote are known to the identities", n)
	}
}

func TestTwoRecordsOfOnePersonBothStay(t *testing.T) {
	t.Parallel()
	w := channeltest.NewWorld(t)
	r := paired(t, w)
	w.Start(r.c)
	siti := r.person("Siti")
	siti.Address(whatsapptest.ByNumberOnly)
	r.confirmed(siti, siti.Text(r.office, "Lampu jalan di depan pasar mati dan gelap sekali."))
	awaitText(t, r, siti, "Setuju")
	// Nobody knows yet that this is the same person.
	siti.Address(whatsapptest.ByLID)
	siti.HidePN(true)
	r.forgetPairs()
	r.confirmed(siti, siti.Text(r.office, "Jembatan putus di Barabai sejak kemarin malam."))
	channeltest.Eventually(t, "two records", func() bool { return r.count(`select count(*) from identities`) == 2 })
	siti.HidePN(false)
	r.confirmed(siti, siti.Text(r.office, "tolong segera"))
	r.confirmed(siti, siti.Text(r.office, "ya"))
	if n := r.count(`select count(*) from identities`); n != 2 {
		t.Errorf("%d records", n)
	}
	if n := r.count(`select count(*) from sessions where body is not null`); n != 2 {
		t.Errorf("%d conversations, want both drafts", n)
	}
	if n := r.count(`select count(*) from inbox where state <> 'done'`); n != 0 {
		t.Errorf("%d messages are not done", n)
	}
}

// forgetPairs has the client know of no pair of number and hidden id.
func (r *rig) forgetPairs() {
	if _, err := r.w.Pool.Exec(context.Background(), `delete from whatsapp.lids`); err != nil {
		r.t.Fatal(err)
	}
	r.c.lids.mu.Lock()
	defer r.c.lids.mu.Unlock()
	clear(r.c.lids.toLID)
	clear(r.c.lids.toPN)
	clear(r.c.lids.stored)
}

func (r *rig) count(query string) (n int) {
	r.t.Helper()
	if err := r.w.Pool.QueryRow(context.Background(), query).Scan(&n); err != nil {
		r.t.Fatal(err)
	}
	return n
}

func awaitText(t testing.TB, r *rig, p *whatsapptest.Person, part string) {
	t.Helper()
	if _, err := p.Await(r.within(20*time.Second), r.office, func(m whatsapptest.Shown) bool {
		return m.From == r.office.LID() && strings.Contains(m.Text, part)
	}); err != nil {
		t.Fatalf("%q: %v; shown %q", part, err, channeltest.Texts(r, p.Name()))
	}
}

func TestWhatWaitedWhileNobodyWasThereComesInOnce(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := &box{}
	stop := r.run(r.c, b)
	r.state(r.c, StateConnected)
	siti := r.person("Siti")
	r.confirmed(siti, siti.Text(r.office, "nomor 0"))
	stop()
	var ids []types.MessageID
	for i := range 200 {
		ids = append(ids, siti.Text(r.office, fmt.Sprintf("nomor %d", i+1)))
	}
	r.run(r.client(), b)
	began := time.Now()
	r.confirmed(siti, ids...)
	t.Logf("200 waiting messages in %s", time.Since(began).Round(time.Millisecond))
	all := b.all()
	if len(all) != 201 {
		t.Fatalf("%d events", len(all))
	}
	for i, e := range all {
		if d, err := r.c.Decode(e.Body); err != nil || d.Input != (conversation.Text{Text: fmt.Sprintf("nomor %d", i)}) {
			t.Fatalf("event %d: %+v, %v", i, d.Input, err)
		}
	}
	if c := b.called(); c != 201 {
		t.Errorf("%d calls", c)
	}
}

func TestReadMarksFollowTheInbox(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	r.online()
	siti := r.person("Siti")
	if err := siti.AwaitRead(r.within(10*time.Second), siti.Text(r.office, "halo")); err != nil {
		t.Error(err)
	}
}

func TestHistoryBringsOnlyWhatWasMissed(t *testing.T) {
	t.Parallel()
	r := paired(t, channeltest.NewWorld(t))
	b := &box{}
	siti := r.person("Siti")
	siti.Text(r.office, "dari tahun lalu", whatsapptest.At(time.Now().Add(-300*24*time.Hour)))
	siti.Text(r.office, "tadi, sebelum terhubung", whatsapptest.At(time.Now().Add(-time.Hour)))
	r.office.Unlink()
	stop := r.run(r.c, b)
	r.state(r.c, StateLoggedOut)
	before := len(b.all())
	// An account that was connected until half an hour ago.
	if _, err := r.w.Pool.Exec(t.Context(), `update whatsapp.accounts set connected_at = now() - interval '30 minutes', paired_at = now() - interval '1 day'`); err != nil {
		t.Fatal(err)
	}
	stop()
	r.office.TypesOnPhone(siti, "kami jawab sendiri")
	siti.Text(r.office, "terlewat", whatsapptest.At(time.Now().Add(-10*time.Minute)))
	r.pair()
	r.run(r.client(), b)
	channeltest.Eventually(t, "online", r.office.Online)
	r.office.SyncHistory()
	all := b.await(t, before+1)[before:]
	if d, err := r.c.Decode(all[0].Body); err != nil || d.Input != (conversation.Text{Text: "terlewat"}) {
		t.Errorf("%+v, %v", d.Input, err)
	}
	r.office.SyncHistory()
	r.confirmed(siti, siti.Text(r.office, "baru"))
	if n := len(b.all()) - before; n != 2 {
		t.Errorf("%d events, want what was missed and what is new", n)
	}
}

func TestNothingReadableOfPeopleIsKeptOrLogged(t *testing.T) {
	t.Parallel()
	w := channeltest.NewWorld(t)
	r := paired(t, w)
	b := &box{fail: func(call int, _ bots.Incoming) error {
		if call == 2 {
			return errAway // so that the buffer holds something for a moment
		}
		return nil
	}}
	r.run(r.c, b)
	r.state(r.c, StateConnected)
	siti := r.person("Siti Rahasia")
	siti.GiveToken(r.office)
	secret := "pejabat korup di kantor camat"
	r.confirmed(siti, siti.Text(r.office, secret))
	id := siti.Text(r.office, secret)
	dump := func() string {
		var all strings.Builder
		for _, table := range []string{
			"whatsapp.sent", "whatsapp.heard", "whatsapp.lids", "whatsapp.kept", "whatsapp.retries", "whatsapp.accounts",
			"whatsapp.whatsmeow_event_buffer", "whatsapp.whatsmeow_contacts", "whatsapp.whatsmeow_chat_settings", "whatsapp.whatsmeow_message_secrets",
			"whatsapp.whatsmeow_retry_buffer", "whatsapp.whatsmeow_privacy_tokens",
		} {
			rows, err := w.Pool.Query(context.Background(), `select convert_from(decode(replace(encode(convert_to(t::text, 'utf8'), 'hex'), '00', ''), 'hex'), 'utf8') from `+table+` t`)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var row string
				if err := rows.Scan(&row); err != nil {
					t.Fatal(err)
				}
				all.WriteString(row + "\n")
			}
			if err := rows.Err(); err != nil {
				t.Fatal(err)
			}
		}
		return all.String()
	}
	early := dump()
	r.confirmed(siti, id)
	if _, err := r.c.Send(t.Context(), addressOf(siti.LID()), bots.Outgoing{ID: "x", Message: conversation.Message{Text: "Terima kasih, Siti Rahasia"}}); err != nil {
		t.Fatal(err)
	}
	kept := early + dump()
	for what, gone := range map[string]string{
		"text": secret, "name": "Siti", "number": siti.PN().User, "answer": "Terima kasih",
	} {
		hex := fmt.Sprintf("%x", gone)
		if strings.Contains(kept, gone) || strings.Contains(kept, hex) {
			t.Errorf("the %s is kept readably", what)
		}
		if strings.Contains(r.log(), gone) {
			t.Errorf("the %s is logged", what)
		}
	}
	if strings.Contains(r.log(), siti.LID().User) {
		t.Error("the hidden id is logged")
	}
	for _, table := range []string{"whatsmeow_contacts", "whatsmeow_message_secrets", "whatsmeow_retry_buffer", "whatsmeow_chat_settings"} {
		if n := r.count(`select count(*) from whatsapp.` + table); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
	if n := r.count(`select count(*) from whatsapp.whatsmeow_privacy_tokens`); n != 1 {
		t.Errorf("%d tokens, want that of Siti", n)
	}
}
