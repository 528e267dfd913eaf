package webchat

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"slices"
)

//go:embed page
var pageFiles embed.FS

// pageConfig is what the page's script reads from the page.
type pageConfig struct {
	Demo    bool       `json:"demo"`
	Epoch   string     `json:"epoch"`
	MaxFile int64      `json:"maxFile"`
	MaxText int        `json:"maxText"`
	Zone    string     `json:"zone,omitempty"`
	Panes   []pagePane `json:"panes"`
}

type pagePane struct {
	Title string   `json:"title"`
	Kind  PaneKind `json:"kind"`
	Token string   `json:"token,omitempty"`
	// As are the places in the list of the panes that act in this one.
	As     []int  `json:"as,omitempty"`
	Column string `json:"column,omitempty"`
}

// epoch names the life of the demo's data: with new tokens the browser's memory
// of the old chats is void. Empty where no token is fixed.
func epoch(cfg Config) string {
	h := sha256.New()
	fixed := false
	for _, p := range cfg.Panes {
		if p.Token != "" {
			fixed = true
			fmt.Fprintf(h, "%d %s\n", len(p.Token), p.Token)
		}
	}
	if !fixed {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}

// renderPage fills the page in, once.
func renderPage(cfg Config) ([]byte, error) {
	t, err := template.ParseFS(pageFiles, "page/index.html")
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	pc := pageConfig{Demo: cfg.Demo, Epoch: epoch(cfg), MaxFile: cfg.MaxFile, MaxText: maxText}
	if cfg.Demo {
		pc.Zone = cfg.Zone
	}
	for _, p := range cfg.Panes {
		pane := pagePane{Title: p.Title, Kind: p.Kind, Token: p.Token, Column: p.Column}
		for _, token := range p.As {
			pane.As = append(pane.As, slices.IndexFunc(cfg.Panes, func(p Pane) bool { return p.Token == token }))
		}
		pc.Panes = append(pc.Panes, pane)
	}
	encoded, err := json.Marshal(pc)
	if err != nil {
		return nil, fmt.Errorf("fill the page in: %w", err)
	}
	var out bytes.Buffer
	if err := t.Execute(&out, map[string]any{"Demo": cfg.Demo, "Config": string(encoded)}); err != nil {
		return nil, fmt.Errorf("fill the page in: %w", err)
	}
	return out.Bytes(), nil
}

// servePage is never cached: a demo's page holds tokens.
func (c *Channel) servePage(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(c.page)
}

// pageFile is a file of the page, ready to be served.
type pageFile struct {
	contentType, tag string
	content          []byte
}

// readPageFiles reads what the page is made of, by the path it is served under.
func readPageFiles() (map[string]pageFile, error) {
	types := map[string]string{
		".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml", ".webmanifest": "application/manifest+json",
	}
	entries, err := pageFiles.ReadDir("page")
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	files := map[string]pageFile{}
	for _, e := range entries {
		contentType, served := types[path.Ext(e.Name())]
		if !served {
			continue // the template
		}
		content, err := pageFiles.ReadFile("page/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("read the page: %w", err)
		}
		sum := sha256.Sum256(content)
		files["/page/"+e.Name()] = pageFile{contentType, `"` + hex.EncodeToString(sum[:12]) + `"`, content}
	}
	return files, nil
}

// servePageFile serves what the page is made of. Browsers ask each time whether
// a file is still the same, so that a new version of the program never meets
// half of an old page.
func (c *Channel) servePageFile(w http.ResponseWriter, r *http.Request) {
	f, ok := c.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", f.tag)
	w.Header().Set("Cache-Control", "no-cache")
	if r.Header.Get("If-None-Match") == f.tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", f.contentType)
	_, _ = w.Write(f.content)
}
