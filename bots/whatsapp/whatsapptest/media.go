package whatsapptest

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"

	waBinary "go.mau.fi/whatsmeow/binary"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waMmsRetry"
	"go.mau.fi/whatsmeow/types"
	"google.golang.org/protobuf/proto"
)

// file is what the media host keeps: bytes that it cannot read.
type file struct {
	body   []byte
	fault  *MediaFault
	served int
}

// MediaFault is what goes wrong when a file is fetched.
type MediaFault struct {
	// Status is the answer instead of the file: 403 and 410 the link has expired, 404
	// the file was dropped, 5xx try again.
	Status int
	// Damaged changes a byte, Short leaves the second half out.
	Damaged, Short bool
	// Times is for how many requests; 0 is for all. A file that a phone uploads
	// again has no fault.
	Times int
}

// stored is what a message says about its file.
type stored struct {
	directPath, url     string
	key, sum, encrypted []byte
	length              uint64
	keyTime             int64
}

// serveMedia is the media host.
func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodPost:
		s.takeUpload(w, r)
	case http.MethodDelete:
		w.WriteHeader(http.StatusOK)
	default:
		s.giveFile(w, r)
	}
}

func (s *Server) takeUpload(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	sum := sha256.Sum256(body)
	if len(parts) != 3 || parts[2] != base64.URLEncoding.EncodeToString(sum[:]) || r.URL.Query().Get("auth") != "auth" {
		s.mu.Lock()
		s.complainf("an upload to %s whose hash or authorisation does not fit", r.URL.Path)
		s.mu.Unlock()
		http.Error(w, "bad hash", http.StatusUnsupportedMediaType)

		return
	}
	s.mu.Lock()
	path := s.store(body)
	s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"url":"https://%s%s","direct_path":%q}`, mediaHost, path, path)
}

// store keeps a file and returns the path under which it is fetched. Clients add to its query.
func (s *Server) store(body []byte) string {
	path := fmt.Sprintf("/v/t62.7118-24/%d.enc", s.number())
	f := &file{body: body}
	if len(s.faults.nextMedia) > 0 {
		next := s.faults.nextMedia[0]
		s.faults.nextMedia = s.faults.nextMedia[1:]
		f.fault = &next
	}
	s.files[path] = f

	return path + "?ccb=11-4"
}

func (s *Server) giveFile(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f := s.files[r.URL.Path]
	if f == nil {
		s.mu.Unlock()
		http.NotFound(w, r)

		return
	}
	f.served++
	body, fault := f.body, f.fault
	if fault != nil && fault.Times > 0 {
		if fault.Times--; fault.Times == 0 {
			f.fault = nil
		}
	}
	s.mu.Unlock()

	if fault != nil {
		switch {
		case fault.Status != 0:
			http.Error(w, http.StatusText(fault.Status), fault.Status)

			return
		case fault.Damaged:
			body = bytes.Clone(body)
			body[len(body)/2] ^= 1
		case fault.Short:
			body = body[:len(body)/2]
		}
	}
	// A client that knows the file's hash says so; the host does not serve another.
	if hash := r.URL.Query().Get("hash"); hash != "" && fault == nil {
		sum := sha256.Sum256(body)
		if hash != base64.URLEncoding.EncodeToString(sum[:]) {
			http.Error(w, "hash mismatch", http.StatusForbidden)

			return
		}
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// upload encrypts a file as phones do and puts it onto the media host.
func (s *Server) upload(plain []byte, info string) stored {
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	iv, block, mac := mediaKeys(key, info)
	n := aes.BlockSize - len(plain)%aes.BlockSize
	body := append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(body, body)
	mac.Write(body)
	body = append(body, mac.Sum(nil)[:10]...)

	sum, encrypted := sha256.Sum256(plain), sha256.Sum256(body)
	path := s.store(body)

	return stored{
		directPath: path, url: "https://" + mediaHost + path, key: key, sum: sum[:], encrypted: encrypted[:],
		length: uint64(len(plain)), keyTime: now().Unix(),
	}
}

func decrypt(body, key []byte, info string) ([]byte, error) {
	if len(body) < 10+aes.BlockSize || len(body)%aes.BlockSize != 10 {
		return nil, errors.New("a file of no possible length")
	}
	iv, block, mac := mediaKeys(key, info)
	plain, sum := bytes.Clone(body[:len(body)-10]), body[len(body)-10:]
	mac.Write(plain)
	if !hmac.Equal(mac.Sum(nil)[:10], sum) {
		return nil, errors.New("a file that was not encrypted with this key")
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, plain)

	return plain[:len(plain)-int(plain[len(plain)-1])], nil
}

// mediaKeys are a file's start value, cipher, and sum with the start value in it.
func mediaKeys(key []byte, info string) (iv []byte, block cipher.Block, mac hash.Hash) {
	expanded, err := hkdf.Key(sha256.New, key, nil, info, 112)
	if err != nil {
		panic(err)
	}
	if block, err = aes.NewCipher(expanded[16:48]); err != nil {
		panic(err)
	}
	mac = hmac.New(sha256.New, expanded[48:80])
	mac.Write(expanded[:16])

	return expanded[:16], block, mac
}

// mediaInfo is what the keys of a message's file are bound to: its kind.
func mediaInfo(m *waE2E.Message) string {
	switch m = inner(m); {
	case m.GetVideoMessage() != nil:
		return "WhatsApp Video Keys"
	case m.GetAudioMessage() != nil:
		return "WhatsApp Audio Keys"
	case m.GetDocumentMessage() != nil:
		return "WhatsApp Document Keys"
	default:
		return "WhatsApp Image Keys"
	}
}

// SpoilMedia has the file of a message that the person sent fail when it is
// fetched.
func (p *Person) SpoilMedia(id types.MessageID, f MediaFault) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	m := p.said(id)
	if m == nil {
		return
	}
	if d := downloadable(m.message); d != nil {
		if file := p.s.files[pathOf(d.GetDirectPath())]; file != nil {
			file.fault = &f
		}
	}
}

// SpoilNextMedia has the next files that are uploaded, by anybody, fail when they are
// fetched.
func (s *Server) SpoilNextMedia(fs ...MediaFault) {
	s.with(func(f *faults) { f.nextMedia = append(f.nextMedia, fs...) })
}

// Served counts how often the file of a message was fetched.
func (p *Person) Served(id types.MessageID) int {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if m := p.said(id); m != nil {
		if d := downloadable(m.message); d != nil {
			if f := p.s.files[pathOf(d.GetDirectPath())]; f != nil {
				return f.served
			}
		}
	}

	return 0
}

// Fetch gets and decrypts the file of a message that the person sees.
func (p *Person) Fetch(m Shown) ([]byte, error) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()

	return p.s.fetch(m.Message)
}

// fetch gets the file of a message as phones do, who show none whose sums or
// length are not what the message says.
func (s *Server) fetch(m *waE2E.Message) ([]byte, error) {
	d := downloadable(m)
	if d == nil {
		return nil, errors.New("the message has no file")
	}
	f := s.files[pathOf(d.GetDirectPath())]
	if f == nil {
		return nil, errors.New("the media host has no such file")
	}
	body, err := decrypt(f.body, d.GetMediaKey(), mediaInfo(m))
	if err != nil {
		return nil, err
	}
	plain, sealed := sha256.Sum256(body), sha256.Sum256(f.body)
	switch {
	case !bytes.Equal(sealed[:], d.GetFileEncSHA256()), !bytes.Equal(plain[:], d.GetFileSHA256()):
		return nil, errors.New("a file of other sums than the message says")
	case d.GetFileLength() != uint64(len(body)):
		return nil, errors.New("a file of another length than the message says")
	case d.GetMimetype() == "":
		return nil, errors.New("a file of no type")
	}

	return body, nil
}

// complete has a phone fetch the file of a message that came, and complains of
// what it could not show.
func (s *Server) complete(screen *screen, id types.MessageID) {
	shown := screen.byID[id]
	if shown == nil || shown.Message == nil || shown.Deleted {
		return
	}
	if c := contextOf(shown.Message); c.GetStanzaID() != "" && (c.GetParticipant() == "" || c.GetQuotedMessage() == nil) {
		s.complainf("%s: a quotation that does not say whom or what it quotes", id)
	}
	if shown.File != nil || downloadable(shown.Message) == nil {
		return
	}
	body, err := s.fetch(shown.Message)
	if err != nil {
		s.complainf("%s: %v", id, err)

		return
	}
	_, kind := kindOf(shown.Message)
	shown.File = &Received{
		Kind: kind, Name: inner(shown.Message).GetDocumentMessage().GetFileName(), Type: downloadable(shown.Message).GetMimetype(), Body: body,
	}
}

// LosesMedia has the account's phone not have files any more when a companion
// asks it to upload one again.
func (a *Account) LosesMedia(gone bool) {
	a.s.mu.Lock()
	defer a.s.mu.Unlock()
	a.mediaGone = gone
}

func pathOf(direct string) string {
	path, _, _ := strings.Cut(direct, "?")

	return path
}

// mediaGone has the account's phone upload a file once more and tell the client
// where it is now.
func (c *conn) mediaGone(n *waBinary.Node) {
	s := c.s
	rmr, ok := n.GetOptionalChildByTag("rmr")
	if !ok {
		return // for the history
	}
	account := c.device.user.account
	id, _ := n.Attrs["id"].(string)
	chat, _ := rmr.Attrs["jid"].(types.JID)
	if u := s.user(chat); u != nil {
		chat = u.lid
	}
	attrs := waBinary.Attrs{"id": id, "type": "mediaretry", "from": account.user.pn, "t": seconds(now())}
	answer := func(content waBinary.Node) {
		c.device.enqueue(waBinary.Node{Tag: "notification", Attrs: attrs, Content: []waBinary.Node{content, rmr}}, nil)
	}
	phone := account.user.devices[0].handset
	shown := phone.screen(chat).byID[id]
	if shown == nil || account.mediaGone || downloadable(shown.Message) == nil {
		answer(waBinary.Node{Tag: "error", Attrs: waBinary.Attrs{"code": 2}})

		return
	}
	media := downloadable(shown.Message)
	sealed, ok1 := bytesOf(n, "encrypt", "enc_p")
	iv, ok2 := bytesOf(n, "encrypt", "enc_iv")
	key, err := hkdf.Key(sha256.New, media.GetMediaKey(), nil, "WhatsApp Media Retry Notification", 32)
	if err != nil {
		panic(err)
	}
	aead, err := gcm(key)
	if err != nil {
		panic(err)
	}
	plain, err := aead.Open(nil, iv, sealed, []byte(id))
	var request waMmsRetry.ServerErrorReceipt
	if !ok1 || !ok2 || err != nil || proto.Unmarshal(plain, &request) != nil || request.GetStanzaID() != id {
		s.complainf("%s: a request for its file that cannot be read", id)

		return
	}

	old := s.files[pathOf(media.GetDirectPath())]
	again, err := proto.Marshal(&waMmsRetry.MediaRetryNotification{
		StanzaID: new(id), DirectPath: new(s.store(old.body)),
		Result: waMmsRetry.MediaRetryNotification_SUCCESS.Enum(),
	})
	if err != nil {
		panic(err)
	}
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce)
	answer(waBinary.Node{Tag: "encrypt", Content: []waBinary.Node{
		textNode("enc_p", aead.Seal(nil, nonce, again, []byte(id))), textNode("enc_iv", nonce),
	}})
}
