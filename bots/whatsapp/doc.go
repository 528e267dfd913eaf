// Package whatsapp is the channel for WhatsApp. It signs in as a device that
// is linked to the office's phone, as web.whatsapp.com does, by way of the
// client library whatsmeow.
//
// # Nothing is lost
//
// A message is confirmed once it is in the inbox, and by nothing else. Its
// ratchet is moved on, and its plaintext kept, sealed, in one transaction; a
// database that fails in between answers the library with the one error after
// which it leaves a message alone (guard.go). Whatever could not be taken in
// makes the connection refuse all that follows and begin anew, because WhatsApp
// delivers again only to a new connection (link.go). Panics are caught before
// the library takes them for success (receive.go).
//
// # Sessions
//
// Decrypting and encrypting read and write one session without a lock of
// their own, so one turn is taken by one at a time (link.takeTurn). Nobody is
// ever written to who did not write first (heard.go): where both sides open a
// session at once the library ruins its own, and WhatsApp bans accounts that
// write to strangers.
//
// # What is kept of people
//
// Beside the inbox, the outbox and the identities, all in the schema whatsapp:
//
//   - keys of encryption, by hidden id, in the library's tables: without them
//     nothing can be read or written. Erased when the phone unlinks the device.
//   - decrypted messages until the inbox has them, sealed (whatsmeow_event_buffer).
//   - tokens of trust, by hidden id: without them WhatsApp refuses answers (463).
//     The library erases them after four weeks.
//   - who wrote to the account, as keyed hashes (heard). Whom else the owner of the
//     office's phone writes with is not kept (office.go).
//   - sent messages and where they went, sealed, for 14 days, for devices that
//     could not read them (sent).
//   - which number belongs to which hidden id, sealed (lids), in place of the
//     library's readable table.
//   - secrets of messages, sealed, for three days, without which edits cannot be
//     read (kept), in place of the library's table, which is never erased.
//
// Absent on purpose: names of contacts, settings of chats, the library's own
// copy of sent messages, numbers out of the phone's history.
//
// The library's tables are upgraded by the library, under a lock of their own,
// whenever they are opened. A copy of them must never be used: keys that were
// used once would be used again. Restoring a backup means linking anew.
package whatsapp
