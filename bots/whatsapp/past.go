package whatsapp

import (
	"context"
	"time"

	"go.mau.fi/whatsmeow/proto/waWeb"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"
)

// overlap is by how much the past reaches back behind the last connection:
// what was confirmed then is known by its key.
const overlap = 10 * time.Minute

// historySince is from when on what a phone tells of its past is taken in: since
// the account was last connected, and never so long ago that keys are
// forgotten. An account that is linked for the first time has no past here.
func (l *link) historySince() time.Time {
	if l.lastConnected.IsZero() {
		return l.client.Status().Connected // the first time: from now on
	}
	since := l.lastConnected.Add(-overlap)
	if oldest := l.client.cfg.Now().Add(-keepKeys); since.Before(oldest) {
		return oldest
	}
	return since
}

// past takes in one message of a phone's history.
func (l *link) past(ctx context.Context, chat types.JID, m *waWeb.WebMessageInfo, since time.Time) error {
	if m.GetKey().GetFromMe() || time.Unix(int64(m.GetMessageTimestamp()), 0).Before(since) {
		return nil
	}
	e, err := l.wa.ParseWebMessage(chat, m)
	if err != nil || e == nil || e.RawMessage == nil {
		return nil //nolint:nilerr // a stub, such as that somebody called, says nothing
	}
	return l.message(ctx, &events.Message{Info: e.Info, Message: e.Message, RawMessage: m.GetMessage()})
}
