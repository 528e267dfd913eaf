package whatsapp

import (
	"context"
	"sync"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
)

// askVersionEvery is how often WhatsApp's own page is asked which version it is.
const askVersionEvery = 12 * time.Hour

// asked is when this process asked. The library keeps one version for a whole
// process.
var asked struct {
	sync.Mutex

	at time.Time
}

// askVersion has the client say that it is the version that WhatsApp's own page
// is: versions that are too old are refused. Where the page does not answer
// the newest that is known counts.
func (c *Client) askVersion(ctx context.Context) {
	if !c.cfg.Transport.AskVersion {
		return
	}
	asked.Lock()
	defer asked.Unlock()
	c.status.mu.Lock()
	kept, outdated := c.status.s.Version, c.status.s.State == StateOutdated
	c.status.mu.Unlock()
	if v, err := store.ParseVersion(kept); err == nil && store.GetWAVersion().LessThan(v) {
		store.SetWAVersion(v)
	}
	if !outdated && time.Since(asked.at) < askVersionEvery {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	v, err := whatsmeow.GetLatestVersion(ctx, c.cfg.Transport.PreLogin)
	if err != nil {
		c.cfg.Log.Info("whatsapp: ask for the version", "error", class(err))
		return
	}
	asked.at = time.Now()
	if store.GetWAVersion().LessThan(*v) {
		store.SetWAVersion(*v)
	}
	c.status.mu.Lock()
	c.status.s.Version = store.GetWAVersion().String()
	c.status.mu.Unlock()
}
