package whatsapp

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/types/events"

	"kentongan/bots"
	"kentongan/reports/register"
)

// acceptWithin is how long storing a message may last before WhatsApp is left
// to deliver it again.
const acceptWithin = 30 * time.Second

// handle is where everything from the library comes in. It returns true once
// what came is committed, or is nothing to the service: only then is it
// confirmed. It neither sends nor fetches. A panic that got as far as the
// library would count as success.
func (l *link) handle(evt any) (ok bool) {
	if !l.client.without.rescue {
		defer func() {
			if p := recover(); p != nil {
				l.client.cfg.Log.Error("whatsapp: taking an event in panicked", "event", fmt.Sprintf("%T", evt),
					"kind", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
				l.fault(errPanicked)
				ok = false
			}
		}()
	}
	if v, is := judge(evt); is {
		l.end(v)
		return true
	}
	l.handling.RLock()
	defer l.handling.RUnlock()
	if l.closed || l.refuses() {
		return false
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.ctx), acceptWithin)
	defer cancel()
	var err error
	switch e := evt.(type) {
	case *events.Message:
		err = l.message(ctx, e)
	case *events.UndecryptableMessage:
		err = l.undecryptable(ctx, e)
	case *events.Receipt:
		err = l.receipt(ctx, e)
	case *events.HistorySync:
		err = l.history(ctx, e)
	case *events.OfflineSyncCompleted:
		l.caughtUp.Store(true)
	case *events.MediaRetry:
		l.retries.answer(e)
	case *events.NotifyAccountReachoutTimelock:
		l.timelock(e)
	case *events.AppState, *events.AppStateSyncComplete:
		l.client.phoneSeen(l.client.cfg.Now()) // only the phone changes settings
	}
	if err != nil {
		l.fault(err)
		return false
	}
	return !l.refuses()
}

var errPanicked = errors.New("taking an event in panicked")

// message takes in one message.
func (l *link) message(ctx context.Context, e *events.Message) error {
	if e.Info.IsFromMe {
		if e.Info.Sender.Device == 0 {
			l.client.phoneSeen(e.Info.Timestamp)
		}
		return l.office(ctx, e)
	}
	if !l.ours(e.Info.MessageSource) || e.RawMessage == nil {
		return nil
	}
	if err := l.identify(ctx, &e.Info); err != nil {
		return err
	}
	l.unreadable.came(l.key(&e.Info, ""))
	m := e.RawMessage
	if m.GetMessageContextInfo() == nil && e.Message.GetMessageContextInfo() != nil {
		m = e.Message
	}
	if !l.client.without.keyFilter && empty(m) {
		return nil
	}
	if secret, _ := content(m); secret.GetSecretEncryptedMessage() != nil {
		var err error
		if m, err = l.reveal(ctx, e, secret); m == nil || err != nil {
			return err
		}
	}
	if !l.client.without.keyFilter && !worth(m) {
		return nil
	}
	env := l.envelope(&e.Info)
	inner, _ := content(m)
	if inner.GetLiveLocationMessage() != nil && l.lives.goesOn(env.Chat+env.Sender, e.Info.ID, e.Info.Timestamp) {
		return nil // where somebody is by now: where they were first is what they reported
	}
	if parent := betterOf(inner); parent != "" {
		stored, err := l.better(ctx, e, env, inner, parent)
		if stored || err != nil {
			return err
		}
		env.Better = parent
	}
	env.message = slim(m)
	return l.accept(ctx, &e.Info, env, "")
}

// identify fills in the hidden id of a sender of whom a message tells the number
// only, as those do that the office's phone passes on: the same message has to
// have the same key, whichever way it comes.
func (l *link) identify(ctx context.Context, info *types.MessageInfo) error {
	if info.Sender.Server != types.DefaultUserServer || !info.SenderAlt.IsEmpty() {
		return nil
	}
	lid, err := l.client.lids.GetLIDForPN(ctx, info.Sender)
	info.SenderAlt = lid
	return err
}

// ours reports whether a message is of a chat that the service serves.
func (l *link) ours(s types.MessageSource) bool {
	return private(s.Chat) || s.Chat.Server == types.GroupServer && private(s.Sender)
}

// reveal decrypts an edit that is encrypted with the secret of what it
// edits. nil: it is none, or of a message that nobody here knows.
func (l *link) reveal(ctx context.Context, e *events.Message, wrapped *waE2E.Message) (*waE2E.Message, error) {
	secret := wrapped.GetSecretEncryptedMessage()
	if secret.GetSecretEncType() != waE2E.SecretEncryptedMessage_MESSAGE_EDIT {
		return nil, nil // of polls and events, which are no part of a report
	}
	asked := *e
	asked.Message = wrapped
	m, err := l.wa.DecryptSecretEncryptedMessage(ctx, &asked)
	if away(err) {
		return nil, err
	}
	if err != nil {
		// The person believes it edited: they are told that it could not be read.
		return &waE2E.Message{SecretEncryptedMessage: &waE2E.SecretEncryptedMessage{}}, nil //nolint:nilerr // see above
	}
	inner, _ := content(m)
	if inner.GetProtocolMessage().GetEditedMessage() != nil {
		return inner, nil
	}
	return &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
		Type: waE2E.ProtocolMessage_MESSAGE_EDIT.Enum(), Key: secret.GetTargetMessageKey(), EditedMessage: m,
	}}, nil
}

// better keeps the reference of a better copy of a file for when the first
// one is fetched. It reports false where the first one never came.
func (l *link) better(ctx context.Context, e *events.Message, env envelope, m *waE2E.Message, parent string) (bool, error) {
	first := e.Info
	first.ID = parent
	known, err := l.in.Knows(ctx, l.client, l.key(&first, ""))
	if err != nil || !known[0] {
		return false, err
	}
	f := fileOf(m)
	if f.size() > maxFile {
		return true, nil // the first copy does
	}
	ref := mediaOf(env, m, f)
	ref.Paired = false
	body, err := encodeMedia(ref)
	if err != nil {
		return false, err
	}
	return true, l.client.keep(ctx, keptBetter, body, env.Chat, env.Sender, parent)
}

// undecryptable takes in what can never be read here: pictures that may be
// looked at once are shown by the phone alone. What cannot be decrypted is asked
// for by the library, and comes again.
func (l *link) undecryptable(ctx context.Context, e *events.UndecryptableMessage) error {
	if e.Info.IsFromMe || !l.ours(e.Info.MessageSource) {
		return nil
	}
	if !e.IsUnavailable {
		l.client.metrics.unreadable.Inc()
		if private(e.Info.Chat) && e.DecryptFailMode == events.DecryptFailShow {
			if err := l.identify(ctx, &e.Info); err != nil {
				return err
			}
			l.unreadable.note(l.key(&e.Info, ""), e, time.Now())
		}
		return nil
	}
	if e.UnavailableType != events.UnavailableTypeViewOnce {
		return nil
	}
	env := l.envelope(&e.Info)
	env.ViewOnce = true
	return l.accept(ctx, &e.Info, env, "view once")
}

func (l *link) envelope(info *types.MessageInfo) envelope {
	env := envelope{ID: info.ID, Chat: string(addressOf(info.Chat)), Name: info.PushName}
	var number types.JID
	if info.Chat.Server == types.GroupServer {
		var sender types.JID
		sender, number = known(info.Sender, info.SenderAlt)
		env.Sender = string(addressOf(sender))
	} else {
		var chat types.JID
		chat, number = known(info.Chat, info.SenderAlt)
		env.Chat = string(addressOf(chat))
	}
	env.Number = number.User
	return env
}

// key tells one message from all others: ids are the sender's choice.
func (l *link) key(info *types.MessageInfo, kind string) string {
	env := l.envelope(info)
	return env.Chat + "/" + env.Sender + "/" + info.ID + kind
}

// accept commits a message, once those who wrote are noted as people who may
// be written to.
func (l *link) accept(ctx context.Context, info *types.MessageInfo, env envelope, kind string) error {
	body, err := env.pack()
	if err != nil {
		return err
	}
	group := info.Chat.Server == types.GroupServer
	in := bots.Incoming{
		Chat: bots.Address(env.Chat), Group: group, From: bots.Address(env.Sender), Key: l.key(info, kind),
		Order: info.Timestamp.Unix(), Body: body,
	}
	c := l.client
	before, err := c.noteHeard(ctx, l.number, env, info)
	if err != nil {
		return err
	}
	if before != "" && !group {
		moved := in
		moved.Chat, moved.Moved = before, in.Chat
		err = l.in.Accept(ctx, c, moved)
		if !errors.Is(err, register.ErrTaken) {
			if err == nil {
				err = c.noteMoved(ctx, l.number, before)
			}
			return l.accepted(info, err)
		}
		// They are telling something under both addresses: each keeps its own
		// conversation, and they are made one with a later message.
	}
	return l.accepted(info, l.in.Accept(ctx, c, in))
}

// accepted has a message marked as read, by somebody else: nothing is sent here.
func (l *link) accepted(info *types.MessageInfo, err error) error {
	if err == nil {
		l.toRead(info)
	}
	return err
}

// liveFor is for how long after one place of a shared journey the next one
// belongs to it.
const liveFor = 15 * time.Minute

// lives are journeys that people share. Each place of one is a message like
// the first.
type lives struct {
	mu   sync.Mutex
	last map[string]live
}

type live struct {
	id types.MessageID // of the first
	at time.Time       // of the last
}

// goesOn reports whether a place is a later one of a journey.
func (l *lives) goesOn(who string, id types.MessageID, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil || len(l.last) > 10_000 {
		l.last = map[string]live{}
	}
	before, there := l.last[who]
	if there && before.id != id && at.Sub(before.at) < liveFor {
		l.last[who] = live{before.id, at}
		return true
	}
	l.last[who] = live{id, at}
	return false
}

// timelock notes that WhatsApp keeps the account from writing to people.
func (l *link) timelock(e *events.NotifyAccountReachoutTimelock) {
	until := time.Time{}
	if e.IsActive {
		if until = e.TimeEnforcementEnds.Time; until.IsZero() {
			until = l.client.cfg.Now().Add(bannedWait)
		}
		l.client.cfg.Log.Warn("whatsapp: the account may not write to people for a while", "until", until)
	}
	l.client.lock(until)
}

// history takes in what people wrote to the account while no device was linked
// to it. Everything else that a phone tells of its past is nobody's business
// here.
func (l *link) history(ctx context.Context, e *events.HistorySync) error {
	l.client.phoneSeen(l.client.cfg.Now())
	since := l.historySince()
	for _, chat := range e.Data.GetConversations() {
		jid, err := types.ParseJID(chat.GetID())
		if err != nil || !private(jid) {
			continue
		}
		for _, m := range chat.GetMessages() {
			if err := l.past(ctx, jid, m.GetMessage(), since); err != nil {
				return err
			}
		}
	}
	return nil
}
