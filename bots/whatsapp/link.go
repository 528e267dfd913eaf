package whatsapp

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.mau.fi/whatsmeow"
	"go.mau.fi/whatsmeow/store"
	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// link is the account's connection for as long as one device is this
// process's: the library's client with what goes around it. The client
// connects only when it is told to; everything that ends a connection comes
// here as a verdict.
type link struct {
	client  *Client
	wa      *whatsmeow.Client
	device  *store.Device
	jid     types.JID // of the device
	number  string    // whose account it is, hashed before it is stored
	in      bots.Ingress
	storage *storage
	ctx     context.Context // ends when the connection is no longer ours
	// life is the library's context. It ends after the connection: the library ends
	// a connection whose context ends by itself, in the middle of anything.
	life context.Context
	die  context.CancelFunc
	gone chan struct{} // closed when nothing may use sessions any more

	refusing atomic.Bool   // nothing is taken in until the next connection
	caughtUp atomic.Bool   // all that waited at WhatsApp was taken in on this connection
	failures atomic.Int64  // connections in a row that did not go well
	leftOut  atomic.Int64  // counts devices that a message could not be encrypted for
	turn     chan struct{} // holds one token: whoever has it may use sessions
	verdicts chan verdict

	lastConnected time.Time // before this device was used

	handling sync.RWMutex // held for reading while an event is being handled
	closed   bool

	reads chan read
	lives lives

	unreadable unreadable
	retries    waiters // for files that phones upload again
}

func newLink(ctx context.Context, c *Client, s *storage, d *store.Device, in bots.Ingress) *link {
	l := &link{
		client: c, device: d, jid: d.GetJID(), number: d.GetLID().User, in: in, storage: s, ctx: ctx,
		gone: make(chan struct{}), turn: make(chan struct{}, 1), verdicts: make(chan verdict, 16), reads: make(chan read, 1024),
	}
	l.life, l.die = context.WithCancel(context.WithoutCancel(ctx))
	l.lastConnected = c.Status().Connected
	if l.number == "" {
		l.number = d.GetJID().User
	}
	l.turn <- struct{}{}
	l.refusing.Store(true)
	if d.PushName == "" { // without a name nobody may say that they are here
		d.PushName = c.cfg.Name
	}
	wa := whatsmeow.NewClient(d, c.library)
	l.wa = wa
	c.lead(wa)
	wa.BackgroundEventCtx = l.life
	wa.EnableAutoReconnect = false
	wa.SynchronousAck = true
	wa.EnableDecryptedEventBuffer = !c.without.buffer
	wa.GetMessageForRetry = l.messageForRetry
	wa.PreRetryCallback = l.beforeRetry
	wa.SetForceActiveDeliveryReceipts(true)
	wa.AddEventHandlerWithSuccessStatus(l.handle)
	return l
}

// refuses reports whether nothing may be taken in, or written, any more.
func (l *link) refuses() bool { return l.refusing.Load() || l.ctx.Err() != nil }

// fault has the connection refuse everything and begin anew: WhatsApp delivers
// what was not confirmed once more, but only to a new connection, and later
// messages must not overtake it.
func (l *link) fault(err error) {
	if l.refusing.Swap(true) {
		return
	}
	l.client.cfg.Log.Warn("whatsapp: nothing more is taken in on this connection", "error", class(err))
	l.end(verdict{state: StateDatabase, act: reconnect})
}

// end gives a verdict. It never blocks: one that nobody has read yet ends the
// connection as well.
func (l *link) end(v verdict) {
	select {
	case l.verdicts <- v:
	default:
	}
}

// takeTurn waits until nobody else uses sessions: decrypting and encrypting
// read and write them without a lock of their own.
func (l *link) takeTurn(ctx context.Context) (unlock func(), err error) {
	if l.client.without.turns {
		return func() {}, nil
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-l.gone:
		return nil, errRefusing
	case <-l.turn:
		return sync.OnceFunc(func() { l.turn <- struct{}{} }), nil
	}
}

// hold connects, again and again, until the device is gone or ctx ends. When it
// returns nothing is being taken in any more.
func (l *link) hold(ctx context.Context) {
	c := l.client
	ctx, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer stop()
	beside.Go(func() { l.readAll(ctx) })
	beside.Go(func() { l.resendAll(ctx) })
	beside.Go(func() { l.prune(ctx) })
	beside.Go(func() { l.beat(ctx) })
	beside.Go(func() { l.tellUnreadable(ctx) })
	c.use(l)
	defer l.close()
	for ctx.Err() == nil {
		v, lasted := l.once(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.wentWell(lasted) {
			l.failures.Store(0)
		}
		c.status.set(c, v.status(c.cfg.Now()))
		if v.act == forget {
			l.forgetDevice(ctx)
			return
		}
		wait := v.wait
		if wait == 0 {
			wait = min(c.timing.backoff<<min(l.failures.Load(), 12), c.timing.backoffTo)
			wait = jittered(wait)
		}
		if c.timing.waitTo > 0 {
			wait = min(wait, c.timing.waitTo)
		}
		l.failures.Add(1)
		pause(ctx, wait)
		l.awaitDatabase(ctx)
	}
}

// settled is how long a connection has to last until the next one is tried as
// soon as the first: one that is refused what it brings again and again must
// not log in all the time.
const settled = 30 * time.Second

// wentWell reports whether a connection that lasted so long did what it was for.
// One that took in all that waited need not last as long as another: a line that
// breaks three times a minute is no reason to stay away. But it has to stand for
// a moment: whoever is thrown out at once is not to come back at once.
func (l *link) wentWell(lasted time.Duration) bool {
	return lasted > settled || l.caughtUp.Load() && lasted >= l.client.timing.stand
}

// once holds one connection, and returns what ended it and how long ago WhatsApp
// had let the device in.
func (l *link) once(ctx context.Context) (v verdict, lasted time.Duration) {
	c := l.client
	c.status.set(c, Status{State: StateConnecting})
	c.askVersion(ctx)
	for len(l.verdicts) > 0 {
		<-l.verdicts
	}
	l.caughtUp.Store(false)
	l.refusing.Store(false)
	defer func() {
		l.refusing.Store(true)
		hangUp(l.wa)
		l.quieten()
	}()
	if err := l.wa.ConnectContext(l.life); err != nil {
		c.cfg.Log.Warn("whatsapp: connect", "error", class(err))
		return verdict{state: StateUnreachable, act: reconnect}, 0
	}
	return l.watch(ctx)
}

// hangUp ends the connection. Disconnect alone writes what a connection that ends
// by itself at the same moment reads; after ResetConnection it has nothing left
// to write, and keeps the library from connecting again.
func hangUp(wa *whatsmeow.Client) {
	wa.ResetConnection()
	wa.Disconnect()
}

// quieten waits until whoever is in the middle of an event has refused it, or
// taken it in.
func (l *link) quieten() {
	l.handling.Lock()
	l.handling.Unlock() //nolint:gocritic,staticcheck // waiting is all that is wanted
}

// watch waits for what ends the connection.
func (l *link) watch(ctx context.Context) (v verdict, lasted time.Duration) {
	var since time.Time
	defer func() {
		if !since.IsZero() {
			lasted = time.Since(since)
		}
	}()
	look := time.NewTicker(l.client.timing.watch)
	defer look.Stop()
	login := time.NewTimer(l.client.timing.login)
	defer login.Stop()
	down := 0
	for {
		select {
		case <-ctx.Done():
			return verdict{}, 0
		case v := <-l.verdicts:
			if v.act == stay {
				since = time.Now()
				login.Stop()
				l.welcome(ctx)
				continue
			}
			return v, 0
		case <-login.C:
			return verdict{state: StateUnreachable, act: reconnect}, 0
		case <-look.C:
			// The library reconnects once by itself, where WhatsApp asks for it, and says
			// nothing if that fails.
			if l.wa.IsConnected() {
				down = 0
			} else if down++; down > 1 {
				return verdict{state: StateUnreachable, act: reconnect}, 0
			}
		}
	}
}

// welcome is what follows being let in.
func (l *link) welcome(ctx context.Context) {
	c := l.client
	c.status.set(c, Status{State: StateConnected})
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	// People see that somebody types only where the account says that it is there.
	if err := l.wa.SendPresence(ctx, types.PresenceAvailable); err != nil {
		c.cfg.Log.Debug("whatsapp: say that the account is there", "error", class(err))
	}
}

// beatEvery is how often it is written down that the account is connected.
const beatEvery = time.Minute

// beat writes it down until ctx ends.
func (l *link) beat(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.client.noteConnected()
		}
	}
}

// awaitDatabase waits until the database answers: connecting without it would
// only refuse what comes.
func (l *link) awaitDatabase(ctx context.Context) {
	for ctx.Err() == nil {
		asking, cancel := context.WithTimeout(ctx, 3*time.Second)
		err := l.client.cfg.Pool.Ping(asking)
		if err == nil {
			err = l.storage.db.PingContext(asking)
		}
		cancel()
		if err == nil {
			return
		}
		l.client.status.set(l.client, Status{State: StateDatabase})
		pause(ctx, jittered(l.client.timing.backoff))
	}
}

// closeWithin is how long what is being sent may take to notice that its
// connection is gone. Another process begins no sooner; see bots.Own.
const closeWithin = 1500 * time.Millisecond

// close ends the link: nothing is taken in or sent by it any more. Whoever is in
// the middle of sending has moved a session on, and nobody may read that session
// before it is stored: so the turn is taken, and never given back.
func (l *link) close() {
	l.client.use(nil)
	l.refusing.Store(true)
	hangUp(l.wa)
	defer l.die()
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if _, err := l.takeTurn(ctx); err != nil {
		l.client.cfg.Log.Warn("whatsapp: a message was under way for too long", "error", class(err))
	}
	close(l.gone)
	l.handling.Lock()
	l.closed = true
	l.handling.Unlock()
}

// forgetDevice makes sure that a device that WhatsApp unlinked is not used again.
func (l *link) forgetDevice(ctx context.Context) {
	for ctx.Err() == nil {
		err := l.storage.container.DeleteDevice(ctx, &store.Device{ID: &l.jid})
		if err == nil {
			return
		}
		l.client.cfg.Log.Error("whatsapp: forget the unlinked device", "error", class(err))
		pause(ctx, jittered(l.client.timing.look))
	}
}
