package whatsapp

import (
	"fmt"
	"strings"

	"go.mau.fi/whatsmeow/types"

	"kentongan/bots"
)

// addressOf is where a chat or a person is reached: without the device.
func addressOf(jid types.JID) bots.Address {
	jid = jid.ToNonAD()
	return bots.Address(jid.User + "@" + jid.Server)
}

// jidOf reads an address back. It reports false for what is none of ours.
func jidOf(a bots.Address) (types.JID, bool) {
	user, server, cut := strings.Cut(string(a), "@")
	if !cut || user == "" || strings.ContainsAny(user, ":/ ") {
		return types.JID{}, false
	}
	switch server {
	case types.HiddenUserServer, types.DefaultUserServer, types.GroupServer:
		return types.JID{User: user, Server: server}, true
	}
	return types.JID{}, false
}

// private reports whether a chat is with one person, rather than a group, a
// broadcast, a channel or one of WhatsApp's own accounts.
func private(chat types.JID) bool {
	return (chat.Server == types.HiddenUserServer || chat.Server == types.DefaultUserServer) &&
		!chat.IsBot() && chat.User != types.PSAJID.User
}

// known returns the hidden id of a person where source tells one, and else
// the number, and then the number where source tells it.
func known(who, alt types.JID) (address, number types.JID) {
	who, alt = who.ToNonAD(), alt.ToNonAD()
	switch {
	case who.Server == types.HiddenUserServer && alt.Server == types.DefaultUserServer:
		return who, alt
	case who.Server == types.DefaultUserServer && alt.Server == types.HiddenUserServer:
		return alt, who
	case who.Server == types.DefaultUserServer:
		return who, who
	}
	return who, types.JID{}
}

// phoneNumber is a number as people write it.
func phoneNumber(pn string) string {
	if pn == "" {
		return ""
	}
	return fmt.Sprintf("+%s", pn)
}
