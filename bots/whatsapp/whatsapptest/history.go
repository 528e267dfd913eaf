package whatsapptest

import (
	"bytes"
	"compress/zlib"

	"go.mau.fi/whatsmeow/proto/waCommon"
	"go.mau.fi/whatsmeow/proto/waE2E"
	"go.mau.fi/whatsmeow/proto/waHistorySync"
	"go.mau.fi/whatsmeow/proto/waWeb"
	"google.golang.org/protobuf/proto"
)

// SyncHistory has the phone send its companions all chats with people, as it
// does after a device is paired, in a file on the media host. Tokens that people gave go along.
func (a *Account) SyncHistory() {
	s := a.s
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &waHistorySync.HistorySync{
		SyncType: waHistorySync.HistorySync_RECENT.Enum(), ChunkOrder: proto.Uint32(1), Progress: proto.Uint32(100),
	}
	phone := a.user.devices[0]
	for jid, screen := range phone.handset.screens {
		u := s.user(jid)
		if u == nil || u.person == nil {
			continue
		}
		c := &waHistorySync.Conversation{ID: new(jid.String())}
		for i, m := range screen.messages {
			c.Messages = append(c.Messages, &waHistorySync.HistorySyncMsg{
				MsgOrderID: new(uint64(i + 1)),
				Message: &waWeb.WebMessageInfo{
					Key: &waCommon.MessageKey{
						RemoteJID: new(jid.String()), ID: new(m.ID), FromMe: new(m.From == a.user.lid),
					},
					Message: m.Message, MessageTimestamp: new(uint64(m.At.Unix())), PushName: new(u.name),
					MessageSecret: m.Message.GetMessageContextInfo().GetMessageSecret(),
				},
			})
		}
		if token := u.person.tokens[a.user.lid]; token != nil {
			c.TcToken, c.TcTokenTimestamp = token, new(uint64(now().Unix()))
		}
		h.Conversations = append(h.Conversations, c)
		if !u.person.numberHidden {
			h.PhoneNumberToLidMappings = append(h.PhoneNumberToLidMappings, &waHistorySync.PhoneNumberToLIDMapping{
				PnJID: new(u.pn.String()), LidJID: new(u.lid.String()),
			})
		}
	}
	raw, err := proto.Marshal(h)
	if err != nil {
		panic(err)
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	_, _ = z.Write(raw)
	_ = z.Close()
	f := s.upload(packed.Bytes(), "WhatsApp History Keys")
	a.user.eachClient(func(d *device) {
		phone.peer(d, &waE2E.Message{ProtocolMessage: &waE2E.ProtocolMessage{
			Type: waE2E.ProtocolMessage_HISTORY_SYNC_NOTIFICATION.Enum(),
			HistorySyncNotification: &waE2E.HistorySyncNotification{
				FileSHA256: f.sum, FileLength: &f.length, MediaKey: f.key, FileEncSHA256: f.encrypted, DirectPath: &f.directPath,
				SyncType: waE2E.HistorySyncType_RECENT.Enum(), ChunkOrder: proto.Uint32(1), Progress: proto.Uint32(100),
			},
		}})
	})
	s.change()
}
