package whatsapptest_test

import (
	"errors"
	"strings"
	"testing"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots/whatsapp/whatsapptest"
)

const number = "6281100001111"

func TestAClientPairsByQRReceivesAndAnswers(t *testing.T) {
	s := whatsapptest.New(t)
	account, siti := s.Account(number), s.Person("Siti")
	b := connect(t, s, container(t).NewDevice())
	qr := await[*events.QR](b, nil)
	if len(qr.Codes) != 6 {
		t.Errorf("%d codes", len(qr.Codes))
	}
	if err := account.ScanQR(patient(t), qr.Codes[0]); err != nil {
		t.Fatal(err)
	}
	if e := await[*events.PairSuccess](b, nil); e.ID.User != number || e.LID.User != account.LID().User || e.ID.Device != 1 {
		t.Errorf("paired as %v, %v", e.ID, e.LID)
	}
	if err := account.AwaitOnline(patient(t)); err != nil {
		t.Fatal(err)
	}
	if n := account.Keys(); n != 812 {
		t.Errorf("the client uploaded %d keys", n)
	}
	if b.Store.PushName != "" {
		t.Errorf("a push name that only app state would bring: %q", b.Store.PushName)
	}

	hello := siti.Text(account, "Jalan rusak")
	if m := await(b, message(hello)); m.Message.GetConversation() != "Jalan rusak" || m.Info.Sender.ToNonAD() != siti.LID() {
		t.Errorf("got %v", m)
	}
	answer, err := b.SendMessage(patient(t), siti.LID(), text("Terima kasih"))
	if err != nil {
		t.Fatal(err)
	}
	shown := siti.FromBot(account)
	if len(shown) != 1 || shown[0].ID != answer.ID || shown[0].Text != "Terima kasih" || shown[0].Waiting {
		t.Errorf("she sees %+v", shown)
	}
}

func TestOlderQRTextsAreScannedToo(t *testing.T) {
	s := whatsapptest.New(t)
	b := connect(t, s, container(t).NewDevice())
	_, parts, _ := strings.Cut(await[*events.QR](b, nil).Codes[1], "#")
	old := parts[:strings.LastIndex(parts, ",")]
	if err := s.Account(number).ScanQR(patient(t), old); err != nil {
		t.Fatal(err)
	}
	await[*events.PairSuccess](b, nil)
}

func TestCodesThatNobodyShowsAreRefused(t *testing.T) {
	s := whatsapptest.New(t)
	account := s.Account(number)
	b := connect(t, s, container(t).NewDevice())
	code := await[*events.QR](b, nil).Codes[0]
	_, after, _ := strings.Cut(code, ",")
	other := "2@xxxx," + after
	for _, c := range []string{"", "a,b", other} {
		if err := account.ScanQR(patient(t), c); !errors.Is(err, whatsapptest.ErrNoSuchCode) {
			t.Errorf("%q: %v", c, err)
		}
	}
	if err := account.EnterCode(patient(t), "ABCD-EFGH"); !errors.Is(err, whatsapptest.ErrNoSuchCode) {
		t.Errorf("a code that nobody shows: %v", err)
	}
	b.Disconnect()
	if err := s.Await(patient(t), "the line to end", func() bool { return s.Lines() == 0 }); err != nil {
		t.Fatal(err)
	}
	if err := account.ScanQR(patient(t), code); !errors.Is(err, whatsapptest.ErrNoSuchCode) {
		t.Errorf("the code of a client that went: %v", err)
	}
}

func TestAQRTextWithAnotherSecretIsRefusedByTheClient(t *testing.T) {
	s := whatsapptest.New(t)
	b := connect(t, s, container(t).NewDevice())
	parts := strings.Split(await[*events.QR](b, nil).Codes[0], ",")
	parts[3] = strings.Repeat("A", 43) + "="
	err := s.Account(number).ScanQR(patient(t), strings.Join(parts, ","))
	if err == nil || !strings.Contains(err.Error(), "hmac-mismatch") {
		t.Errorf("got %v", err)
	}
	await[*events.PairError](b, nil)
}

func TestAClientPairsByCode(t *testing.T) {
	s := whatsapptest.New(t)
	account := s.Account(number)
	b := connect(t, s, container(t).NewDevice())
	await[*events.QR](b, nil)
	code, err := b.PairPhone(patient(t), "+"+number, true, whatsmeow.PairClientChrome, "Chrome (Linux)")
	if err != nil {
		t.Fatal(err)
	}
	if err := account.EnterCode(patient(t), "1234-5678"); !errors.Is(err, whatsapptest.ErrWrongCode) {
		t.Fatalf("another code: %v", err)
	}
	if len(account.Devices()) != 0 {
		t.Fatal("another code paired a device")
	}
	if err := account.EnterCode(patient(t), strings.ToLower(code)); err != nil {
		t.Fatal(err)
	}
	await[*events.PairSuccess](b, nil)
	if err := account.AwaitOnline(patient(t)); err != nil {
		t.Fatal(err)
	}
}

func TestACodeForANumberWithoutAccountIsRefused(t *testing.T) {
	s := whatsapptest.New(t)
	b := connect(t, s, container(t).NewDevice())
	await[*events.QR](b, nil)
	if _, err := b.PairPhone(patient(t), "6289900000000", true, whatsmeow.PairClientChrome, "Chrome (Linux)"); !errors.Is(err, whatsmeow.ErrIQNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestPairingMayAskForAPasskey(t *testing.T) {
	s := whatsapptest.New(t)
	account := s.Account(number)
	account.RequirePasskey(true)
	b := connect(t, s, container(t).NewDevice())
	code := await[*events.QR](b, nil).Codes[0]
	scanned := make(chan error, 1)
	go func() { scanned <- account.ScanQR(patient(t), code) }()

	if e := await[*events.PairPasskeyRequest](b, nil); e.PublicKey.RelyingPartID != "whatsapp.com" || len(e.PublicKey.Challenge) != 32 {
		t.Errorf("asked with %+v", e.PublicKey)
	}
	if err := b.SendPasskeyResponse(patient(t), &types.WebAuthnResponse{ID: "key", RawID: []byte("key"), Type: "public-key"}); err != nil {
		t.Fatal(err)
	}
	confirm := await[*events.PairPasskeyConfirmation](b, nil)
	onPhone, err := account.PasskeyCode(patient(t))
	if err != nil || confirm.Code != onPhone {
		t.Errorf("the client shows %s, the phone %s, %v", confirm.Code, onPhone, err)
	}
	if err := b.SendPasskeyConfirmation(patient(t)); err != nil {
		t.Fatal(err)
	}
	if err := <-scanned; err != nil {
		t.Fatal(err)
	}
	if err := account.AwaitOnline(patient(t)); err != nil {
		t.Fatal(err)
	}
}
