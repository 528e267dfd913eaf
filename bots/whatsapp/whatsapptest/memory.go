package whatsapptest

import (
	"context"
	"errors"
	"maps"
	"strings"

	"go.mau.fi/whatsmeow/types"
	"go.mau.fi/whatsmeow/util/keys"
)

// memory keeps what the Signal library stores. It is used with the server's lock
// held only.
type memory struct {
	identities map[string][32]byte
	sessions   map[string][]byte
	senderKeys map[string][]byte
	preKeys    map[uint32]*keys.PreKey
	nextKey    uint32
}

func newMemory() *memory {
	return &memory{
		identities: map[string][32]byte{},
		sessions:   map[string][]byte{},
		senderKeys: map[string][]byte{},
		preKeys:    map[uint32]*keys.PreKey{},
		nextKey:    1,
	}
}

func (m *memory) oneKey() oneKey {
	k := keys.NewPreKey(m.nextKey)
	m.nextKey++
	m.preKeys[k.KeyID] = k

	return publicKey(k)
}

// forget ends whatever is known of address.
func (m *memory) forget(address string) {
	delete(m.identities, address)
	delete(m.sessions, address)
}

func (m *memory) PutIdentity(_ context.Context, address string, key [32]byte) error {
	m.identities[address] = key

	return nil
}

func (m *memory) DeleteAllIdentities(_ context.Context, phone string) error {
	deletePrefix(m.identities, phone+":")

	return nil
}

func (m *memory) DeleteIdentity(_ context.Context, address string) error {
	delete(m.identities, address)

	return nil
}

func (m *memory) IsTrustedIdentity(_ context.Context, address string, key [32]byte) (bool, error) {
	known, ok := m.identities[address]

	return !ok || known == key, nil
}

func (m *memory) GetSession(_ context.Context, address string) ([]byte, error) {
	return m.sessions[address], nil
}

func (m *memory) HasSession(_ context.Context, address string) (bool, error) {
	return m.sessions[address] != nil, nil
}

func (m *memory) GetManySessions(_ context.Context, addresses []string) (map[string][]byte, error) {
	found := map[string][]byte{}
	for _, a := range addresses {
		found[a] = m.sessions[a]
	}

	return found, nil
}

func (m *memory) PutSession(_ context.Context, address string, s []byte) error {
	m.sessions[address] = s

	return nil
}

func (m *memory) PutManySessions(_ context.Context, sessions map[string][]byte) error {
	maps.Copy(m.sessions, sessions)

	return nil
}

func (m *memory) DeleteAllSessions(_ context.Context, phone string) error {
	deletePrefix(m.sessions, phone+":")

	return nil
}

func (m *memory) DeleteSession(_ context.Context, address string) error {
	delete(m.sessions, address)

	return nil
}

func (m *memory) MigratePNToLID(context.Context, types.JID, types.JID) error { return nil }

func (m *memory) GetOrGenPreKeys(context.Context, uint32) ([]*keys.PreKey, error) {
	return nil, errors.ErrUnsupported
}

func (m *memory) GenOnePreKey(context.Context) (*keys.PreKey, error) {
	k := keys.NewPreKey(m.nextKey)
	m.nextKey++
	m.preKeys[k.KeyID] = k

	return k, nil
}

func (m *memory) GetPreKey(_ context.Context, id uint32) (*keys.PreKey, error) {
	return m.preKeys[id], nil
}

func (m *memory) RemovePreKey(_ context.Context, id uint32) error {
	delete(m.preKeys, id)

	return nil
}

func (m *memory) MarkPreKeysAsUploaded(context.Context, uint32) error { return nil }

func (m *memory) UploadedPreKeyCount(context.Context) (int, error) { return 0, nil }

func (m *memory) PutSenderKey(_ context.Context, group, user string, s []byte) error {
	m.senderKeys[group+" "+user] = s

	return nil
}

func (m *memory) GetSenderKey(_ context.Context, group, user string) ([]byte, error) {
	return m.senderKeys[group+" "+user], nil
}

func deletePrefix[V any](m map[string]V, prefix string) {
	for k := range m {
		if strings.HasPrefix(k, prefix) {
			delete(m, k)
		}
	}
}
