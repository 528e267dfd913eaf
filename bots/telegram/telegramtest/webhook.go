package telegramtest

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	usualConnections = 40
	mostConnections  = 100
)

// setWebhook is deleteWebhook too. Its order is the server's: an old webhook
// is gone before the new one is looked at.
func setWebhook(s *Server, q *query, c *call) (any, error) {
	address := ""
	if q.method == "setwebhook" {
		address = q.arg("url")
	}
	if now := time.Now(); address != "" {
		if now.Before(s.nextSet) {
			return nil, tooMany(1)
		}
		s.nextSet = now.Add(s.scaled(time.Second))
	}
	old, connections, secret := s.hook, 0, ""
	if address != "" {
		connections, secret = int(q.integer("max_connections", usualConnections, 1, mostConnections)), q.arg("secret_token")
	}
	drop := q.flag("drop_pending_updates")
	if !drop && old.same(address, secret, connections) {
		s.queue.allow(q.arg("allowed_updates"))
		c.description = "Webhook is already set"
		if address == "" {
			c.description = "Webhook is already deleted"
		}
		return true, nil
	}
	if address != "" {
		s.abortPoll("terminated by setWebhook request")
	}
	if old != nil {
		old.close()
		s.hook = nil
	}
	if drop {
		s.clearQueue()
	}
	if address == "" {
		c.description = "Webhook is already deleted"
		if old != nil {
			c.description = "Webhook was deleted"
		}
		return true, nil
	}
	if err := checkWebhook(address, secret); err != nil {
		return nil, err
	}
	s.queue.allow(q.arg("allowed_updates"))
	s.hook = newWebhook(s, address, secret, connections)
	s.hook.kick()
	c.description = "Webhook was set"
	return true, nil
}

func (h *webhook) same(address, secret string, connections int) bool {
	if h == nil {
		return address == ""
	}
	return h.address == address && h.secret == secret && h.most == connections
}

func (s *Server) clearQueue() {
	for _, u := range slices.Clone(s.queue.pending) {
		s.queue.drop(u)
	}
}

// checkWebhook takes plain HTTP and any port on this machine only, as a server
// in local mode does everywhere. Elsewhere the double's name server knows
// nobody: nothing leaves this machine.
func checkWebhook(address, secret string) error {
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return badRequest("invalid webhook URL specified")
	}
	if len(secret) > 256 {
		return badRequest("secret token is too long")
	}
	if strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return badRequest("secret token contains unallowed characters")
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	switch {
	case u.Scheme == "http":
		return badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	case u.Port() != "" && !slices.Contains([]string{"443", "80", "88", "8443"}, u.Port()):
		return badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return badRequest("bad webhook: Failed to resolve host: Name or service not known")
}

func getWebhookInfo(s *Server, _ *query, _ *call) (any, error) {
	info := object{"url": "", "has_custom_certificate": false, "pending_update_count": s.queue.live}
	if h := s.hook; h != nil {
		info["url"], info["max_connections"], info["ip_address"] = h.address, h.most, "127.0.0.1"
		if h.lastError != "" {
			info["last_error_date"], info["last_error_message"] = h.lastErrorAt.Unix(), h.lastError
		}
	}
	if s.queue.byKind != nil {
		kinds := make([]string, 0, len(s.queue.byKind))
		for kind := range s.queue.byKind {
			kinds = append(kinds, kind)
		}
		slices.Sort(kinds)
		info["allowed_updates"] = kinds
	}
	return info, nil
}

// Webhook reports the webhook that is set, "" if none, and what went wrong
// with it last.
func (s *Server) Webhook() (address, lastError string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hook == nil {
		return "", ""
	}
	return s.hook.address, s.hook.lastError
}
