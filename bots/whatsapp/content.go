package whatsapp

import (
	"slices"

	"go.mau.fi/whatsmeow/proto/waE2E"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// maxWrappers is how many wrappers a message is taken out of at most.
const maxWrappers = 8

// content takes a message out of what WhatsApp wraps it into, one inside the
// other, and reports whether it is meant to be looked at once. The caller's
// message is left as it is.
func content(m *waE2E.Message) (inner *waE2E.Message, viewOnce bool) {
	association := m.GetMessageContextInfo().GetMessageAssociation()
	for range maxWrappers {
		var wrapped *waE2E.Message
		for _, w := range []struct {
			in       *waE2E.FutureProofMessage
			viewOnce bool
		}{
			{m.GetEphemeralMessage(), false},
			{m.GetViewOnceMessage(), true},
			{m.GetViewOnceMessageV2(), true},
			{m.GetViewOnceMessageV2Extension(), true},
			{m.GetDocumentWithCaptionMessage(), false},
			{m.GetEditedMessage(), false},
			{m.GetAssociatedChildMessage(), false},
			{m.GetGroupMentionedMessage(), false},
			{m.GetLottieStickerMessage(), false},
			{m.GetBotInvokeMessage(), false},
			{m.GetSpoilerMessage(), false},
			{m.GetQuestionMessage(), false},
			{m.GetQuestionReplyMessage(), false},
			{m.GetLimitSharingMessage(), false},
			{m.GetBotForwardedMessage(), false},
			{m.GetPollCreationMessageV4(), false},
		} {
			if got := w.in.GetMessage(); got != nil {
				wrapped, viewOnce = got, viewOnce || w.viewOnce
				break
			}
		}
		if wrapped == nil {
			wrapped = m.GetDeviceSentMessage().GetMessage()
		}
		if wrapped == nil {
			break
		}
		if a := wrapped.GetMessageContextInfo().GetMessageAssociation(); a != nil {
			association = a
		}
		m = wrapped
	}
	viewOnce = viewOnce || m.GetImageMessage().GetViewOnce() || m.GetVideoMessage().GetViewOnce() || m.GetAudioMessage().GetViewOnce()
	if association != nil && m.GetMessageContextInfo().GetMessageAssociation() == nil {
		m = proto.CloneOf(m)
		info := m.GetMessageContextInfo()
		if info == nil {
			info = &waE2E.MessageContextInfo{}
		}
		info.MessageAssociation = association
		m.MessageContextInfo = info
	}
	return m, viewOnce
}

// bookkeeping are the fields of a message that hold keys and no content.
var bookkeeping = []protoreflect.Name{
	"senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage", "messageContextInfo",
	"groupRootKeyShare", "rootSecretDistributeMessage",
}

// has reports whether a message has one of these fields.
func has(m *waE2E.Message, fields []protoreflect.Name) (found bool) {
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		found = slices.Contains(fields, f.Name())
		return !found
	})
	return found
}

// empty reports whether a message has nothing but keys, as the first that a
// member of a group sends: what they wrote comes right behind it, under the
// same id.
func empty(m *waE2E.Message) bool {
	nothing := true
	m.ProtoReflect().Range(func(f protoreflect.FieldDescriptor, _ protoreflect.Value) bool {
		nothing = slices.Contains(bookkeeping, f.Name())
		return nothing
	})
	return nothing
}

// contentless are fields that nobody reads here: small pictures, places in a
// stream, keys.
var contentless = []protoreflect.Name{
	"JPEGThumbnail", "streamingSidecar", "scansSidecar", "firstScanSidecar", "waveform", "messageSecret",
	"senderKeyDistributionMessage", "fastRatchetKeySenderKeyDistributionMessage", "deviceListMetadata",
	"thumbnailDirectPath", "thumbnailSHA256", "thumbnailEncSHA256", "interactiveAnnotations", "annotations",
}

// slim returns a copy of m without what Decode does not need: above all
// without quoted messages, which are somebody's words once more.
func slim(m *waE2E.Message) *waE2E.Message {
	m = proto.CloneOf(m)
	strip(m.ProtoReflect())
	return m
}

func strip(m protoreflect.Message) {
	if info, is := m.Interface().(*waE2E.ContextInfo); is {
		forwarded, paired, answers := info.GetIsForwarded(), info.GetPairedMediaType(), info.GetStanzaID()
		proto.Reset(info)
		if answers != "" {
			info.StanzaID = &answers
		}
		if forwarded {
			info.IsForwarded = &forwarded
		}
		if paired != waE2E.ContextInfo_NOT_PAIRED_MEDIA {
			info.PairedMediaType = &paired
		}
		return
	}
	m.SetUnknown(nil)
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case slices.Contains(contentless, f.Name()):
			m.Clear(f)
		case f.IsMap() || f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				strip(v.List().Get(i).Message())
			}
		default:
			strip(v.Message())
		}
		return true
	})
}

// contextOf returns what a message says of itself; nil where it says nothing.
func contextOf(m *waE2E.Message) *waE2E.ContextInfo {
	for _, c := range []*waE2E.ContextInfo{
		m.GetExtendedTextMessage().GetContextInfo(), m.GetImageMessage().GetContextInfo(),
		m.GetVideoMessage().GetContextInfo(), m.GetPtvMessage().GetContextInfo(), m.GetAudioMessage().GetContextInfo(),
		m.GetDocumentMessage().GetContextInfo(), m.GetLocationMessage().GetContextInfo(),
		m.GetLiveLocationMessage().GetContextInfo(), m.GetStickerMessage().GetContextInfo(), m.GetContactMessage().GetContextInfo(),
	} {
		if c != nil {
			return c
		}
	}
	return nil
}

// betterOf returns the id of the message whose picture or video this message
// brings once more, in a better quality; empty: it is no such copy.
func betterOf(m *waE2E.Message) string {
	a := m.GetMessageContextInfo().GetMessageAssociation()
	kind := a.GetAssociationType()
	if fileOf(m) != nil && (kind == waE2E.MessageAssociation_HD_IMAGE_DUAL_UPLOAD || kind == waE2E.MessageAssociation_HD_VIDEO_DUAL_UPLOAD) {
		return a.GetParentMessageKey().GetID()
	}
	return ""
}

// duplicate reports whether m is a copy of a file in another format, which is
// not wanted: the moving part of a photo, a video for newer phones.
func duplicate(m *waE2E.Message) bool {
	kind := m.GetMessageContextInfo().GetMessageAssociation().GetAssociationType()
	return kind == waE2E.MessageAssociation_MOTION_PHOTO || kind == waE2E.MessageAssociation_HEVC_VIDEO_DUAL_UPLOAD
}
