package main

import (
	"context"
	"embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"sync"

	"rsc.io/qr"

	"kentongan/bots/whatsapp"
)

//go:embed pairing
var pairingPage embed.FS

// pairing links the office's phone from a page of the demo: one at a time, for
// whoever sits at this machine.
type pairing struct {
	client *whatsapp.Client
	life   context.Context //nolint:containedctx // linking outlasts the request that began it, and ends with the service

	mu      sync.Mutex
	running bool
	now     pairingState
}

// pairingState is what the page shows.
type pairingState struct {
	State   string `json:"state"` // idle, waiting, show, linked, failed
	Say     string `json:"say,omitempty"`
	Code    string `json:"code,omitempty"`    // to type
	Picture string `json:"picture,omitempty"` // a data URL
}

// What the page says in Indonesian; what the client says is for operators.
var pairingSays = map[string]string{
	whatsapp.PairQR:    "Di ponsel: WhatsApp → Setelan → Perangkat tertaut → Tautkan perangkat, lalu arahkan kamera ke kode ini.",
	whatsapp.PairTyped: "Di ponsel: WhatsApp → Setelan → Perangkat tertaut → Tautkan dengan nomor telepon, lalu ketik kode ini.",
	whatsapp.PairPhone: "Perbarui WhatsApp di ponsel, lalu pindai kode yang sama sekali lagi.",
}

// pairingFailed says why nothing was linked.
func pairingFailed(err error) string {
	for _, known := range []struct {
		err error
		say string
	}{
		{whatsapp.ErrPaired, "Sudah ada ponsel yang terhubung. Putuskan dulu di ponsel itu: Setelan → Perangkat tertaut."},
		{whatsapp.ErrPairingBusy, "Ada yang sedang menghubungkan ponsel. Tunggu sebentar, lalu coba lagi."},
		{whatsapp.ErrPairingLate, "Waktunya habis. Silakan mulai lagi."},
		{whatsapp.ErrPairingNumber, "Tulis nomor ponsel dengan kode negara, misalnya +62 811 2345 6789."},
		{whatsapp.ErrPasskey, "WhatsApp meminta kunci sandi (passkey) akun ini. Di ponsel: Setelan → Akun → Kunci sandi, hapus dulu, hubungkan lagi, lalu buat yang baru."},
		{whatsapp.ErrPairingOutdated, "WhatsApp menolak versi program ini. Pasang rilis kentongan yang terbaru."},
	} {
		if errors.Is(err, known.err) {
			return known.say
		}
	}
	return "Belum berhasil: " + oneLine(err)
}

// pairing serves the page and what it talks to.
func (v *service) pairing(life context.Context, mux *http.ServeMux) {
	p := &pairing{client: v.whatsapp, life: life, now: pairingState{State: "idle"}}
	guard := v.web.Guard
	files, err := fs.Sub(pairingPage, "pairing")
	if err != nil {
		panic(err) // it is embedded
	}
	mux.Handle("GET /demo/whatsapp", guard(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "index.html")
	})))
	mux.Handle("GET /demo/whatsapp/{file}", guard(http.StripPrefix("/demo/whatsapp/", http.FileServerFS(files))))
	mux.Handle("GET /demo/whatsapp/state", guard(http.HandlerFunc(p.state)))
	mux.Handle("POST /demo/whatsapp", guard(http.HandlerFunc(p.start)))
}

// start begins to link a phone, unless that is under way.
func (p *pairing) start(w http.ResponseWriter, r *http.Request) {
	var wish struct {
		Phone string `json:"phone"`
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(&wish); err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.running {
		p.running, p.now = true, pairingState{State: "waiting", Say: "Menghubungi WhatsApp…"}
		go p.link(wish.Phone)
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *pairing) link(phone string) {
	err := p.client.Pair(p.life, phone, func(step whatsapp.PairingStep) {
		s := pairingState{State: "show", Say: pairingSays[step.Kind]}
		switch step.Kind {
		case whatsapp.PairQR:
			if code, err := qr.Encode(step.Code, qr.L); err == nil {
				code.Scale = 6
				s.Picture = "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())
			}
		case whatsapp.PairTyped:
			s.Code = step.Code
		case whatsapp.PairPhone:
			p.mu.Lock()
			s.Picture, s.Code = p.now.Picture, p.now.Code
			p.mu.Unlock()
		}
		p.set(s)
	})
	last := pairingState{State: "linked", Say: "Ponsel sudah terhubung. Kirim pesan WhatsApp ke nomor itu untuk mencobanya."}
	if err != nil {
		last = pairingState{State: "failed", Say: pairingFailed(err)}
	}
	p.set(last)
	p.mu.Lock()
	p.running = false
	p.mu.Unlock()
}

func (p *pairing) set(s pairingState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = s
}

// state is what the page asks for every second.
func (p *pairing) state(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	s := p.now
	p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if err := json.NewEncoder(w).Encode(s); err != nil {
		return // whoever left does not hear it
	}
}
