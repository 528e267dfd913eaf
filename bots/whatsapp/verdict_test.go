package whatsapp

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.mau.fi/whatsmeow/types/events"
)

// silentEvents mean nothing to the connection. A new kind of event belongs
// here or into judge.
var silentEvents = []string{
	// What is said, taken in by link.handle.
	"Message", "UndecryptableMessage", "Receipt", "HistorySync", "MediaRetry", "NotifyAccountReachoutTimelock",
	"AppState", "AppStateSyncComplete",
	// Only while a phone is being linked; see Pair.
	"QR", "PairSuccess", "PairError", "PairPasskeyRequest", "PairPasskeyError", "PairPasskeyConfirmation", "QRScannedWithoutMultidevice",
	"ManualLoginReconnect",
	// Good to know.
	"KeepAliveRestored", "OfflineSyncPreview", "OfflineSyncCompleted", "AppStateSyncError",
	// Of other people, chats and networks.
	"FBMessage", "ChatPresence", "Presence", "JoinedGroup", "GroupInfo", "Picture", "UserAbout", "IdentityChange", "PrivacySettings",
	"Blocklist", "BlocklistChange", "NewsletterJoin", "NewsletterLeave", "NewsletterMuteChange", "NewsletterLiveUpdate",
	"CallOffer", "CallAccept", "CallPreAccept", "CallTransport", "CallOfferNotice", "CallRelayLatency", "CallTerminate", "CallReject", "UnknownCallEvent",
	// Settings on the phone.
	"Contact", "PushName", "BusinessName", "Pin", "Star", "DeleteForMe", "Mute", "Archive", "MarkChatAsRead", "ClearChat", "DeleteChat",
	"PushNameSetting", "UnarchiveChatsSetting", "UserStatusMute", "LabelEdit", "LabelAssociationChat", "LabelAssociationMessage",
	// Parts of events.
	"NewsletterMessageMeta", "MediaRetryError", "MexNotificationData",
}

// verdicts are one of each event that means something.
var verdicts = map[string]struct {
	event any
	want  verdict
}{
	"Connected":        {&events.Connected{}, verdict{state: StateConnected, act: stay}},
	"Disconnected":     {&events.Disconnected{}, verdict{state: StateUnreachable, act: reconnect}},
	"KeepAliveTimeout": {&events.KeepAliveTimeout{ErrorCount: 2}, verdict{state: StateUnreachable, act: reconnect}},
	"StreamReplaced":   {&events.StreamReplaced{}, verdict{state: StateReplaced, act: reconnect, wait: replacedWait}},
	"LoggedOut":        {&events.LoggedOut{}, verdict{state: StateLoggedOut, act: forget}},
	"TemporaryBan":     {&events.TemporaryBan{Expire: time.Hour * 5}, verdict{state: StateBanned, act: reconnect, wait: 5 * time.Hour}},
	"ClientOutdated":   {&events.ClientOutdated{}, verdict{state: StateOutdated, act: reconnect, wait: outdatedWait}},
	"ConnectFailure":   {&events.ConnectFailure{Reason: 400}, verdict{state: StateRefused, act: reconnect, wait: refusedWait}},
	"StreamError":      {&events.StreamError{}, verdict{state: StateUnreachable, act: reconnect}},
	"CATRefreshError":  {&events.CATRefreshError{}, verdict{state: StateRefused, act: reconnect, wait: refusedWait}},
}

func TestEveryEventOfTheLibraryHasItsPlace(t *testing.T) {
	t.Parallel()
	found, err := build.Import("go.mau.fi/whatsmeow/types/events", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	files, err := filepath.Glob(filepath.Join(found.Dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	for _, path := range files {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			g, is := d.(*ast.GenDecl)
			if !is {
				continue
			}
			for _, spec := range g.Specs {
				if ts, is := spec.(*ast.TypeSpec); is {
					if _, is := ts.Type.(*ast.StructType); is {
						names = append(names, ts.Name.Name)
					}
				}
			}
		}
	}
	if len(names) < 50 {
		t.Fatalf("only %d events were found", len(names))
	}
	for _, n := range names {
		_, judged := verdicts[n]
		if judged == slices.Contains(silentEvents, n) {
			t.Errorf("%s is judged: %t, and listed as silent: %t", n, judged, !judged)
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for name, c := range verdicts {
		got, is := judge(c.event)
		if !is || got != c.want {
			t.Errorf("%s: %+v, %t", name, got, is)
		}
	}
	if _, is := judge(&events.KeepAliveTimeout{ErrorCount: 1}); is {
		t.Error("one keepalive without an answer ends the connection")
	}
	if v, _ := judge(&events.TemporaryBan{}); v.wait != bannedWait {
		t.Errorf("a ban without an end lasts %s", v.wait)
	}
	if _, is := judge(&events.Message{}); is {
		t.Error("a message is taken for an event of the connection")
	}
}

func TestEveryStateHasASentenceAndWhatToDo(t *testing.T) {
	t.Parallel()
	now := time.Now()
	fine := []State{StateIdle, StateConnecting, StateConnected}
	for state := range sentences {
		s := Status{State: state, Since: now.Add(-time.Hour), Paired: now.Add(-time.Hour)}.explain()
		if s.What == "" || (s.Do == "") != slices.Contains(fine, state) {
			t.Errorf("%s: %+v", state, s)
		}
		err := s.Err(now)
		if well := state == StateIdle || state == StateConnected; well != (err == nil) {
			t.Errorf("%s: %v", state, err)
		}
		if err != nil && strings.ContainsAny(err.Error(), "\n") {
			t.Errorf("%s is more than a line: %v", state, err)
		}
	}
}

func TestAServiceWithoutWhatsAppIsNotIll(t *testing.T) {
	t.Parallel()
	if err := (Status{State: StateUnpaired}).Err(time.Now()); err != nil {
		t.Error(err)
	}
	if (Status{State: StateUnpaired, Paired: time.Now()}).Err(time.Now()) == nil {
		t.Error("nobody hears that the phone is gone")
	}
}

func TestASilentPhoneIsWarnedOfBeforeItIsUnlinked(t *testing.T) {
	t.Parallel()
	now := time.Now()
	s := Status{State: StateConnected, Paired: now, PhoneSeen: now.Add(-11 * 24 * time.Hour)}
	if err := s.Err(now); err == nil || !strings.Contains(err.Error(), "11 days") {
		t.Errorf("%v", err)
	}
	s.PhoneSeen = now.Add(-9 * 24 * time.Hour)
	if err := s.Err(now); err != nil {
		t.Error(err)
	}
}

func TestABanTellsItsEnd(t *testing.T) {
	t.Parallel()
	until := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	err := Status{State: StateBanned, Until: until}.Err(until)
	if err == nil || !strings.Contains(err.Error(), "2026-11-22 10:00 UTC") {
		t.Errorf("%v", err)
	}
}

func TestErrorsAreLoggedByTheirKind(t *testing.T) {
	t.Parallel()
	err := &fs.PathError{Op: "62811@s.whatsapp.net", Err: errNobody}
	if got := class(err); strings.Contains(got, "62811") {
		t.Errorf("logged %q", got)
	}
}
