package register

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
)

// CodeLife is how long a one-time code can be redeemed after it was made.
const CodeLife = 7 * 24 * time.Hour

// Purposes of one-time codes, as the table has them.
const (
	purposeInvite     = "invite"
	purposeGroup      = "group"
	purposeAdminGroup = "admin_group"
)

// The prefixes tell people and the bot what a code is for. What follows are
// 80 random bits in characters that survive dictation, and that Telegram
// takes in a start link.
const (
	invitePrefix = "i_"
	groupPrefix  = "g_"
	codeDigits   = "0123456789abcdefghjkmnpqrstvwxyz"
	codeLength   = 16
)

// ErrNoKey says that codes were asked for without a secret key to hash them.
var ErrNoKey = errors.New("one-time codes need KENTONGAN_SECRET_KEY")

// Code is a one-time code as it is shown once; the register keeps its hash.
type Code struct {
	Code      string
	Role      reports.Role // of an invite
	Agency    string       // code; empty: the national admin
	ExpiresAt time.Time
}

// InviteCode makes a code by which an official takes up a role: its holder
// sends /start with it to the bot in private. Errors wrap [ErrInvalid],
// [ErrUnknown] for the agency, or [ErrNoKey].
func (c *Catalog) InviteCode(ctx context.Context, role reports.Role, agency string, now time.Time) (Code, error) {
	agency, err := tidyRole(role, agency)
	if err != nil {
		return Code{}, fmt.Errorf("invite official: %w", err)
	}
	code, err := c.newCode(ctx, purposeInvite, invitePrefix, Code{Role: role, Agency: agency}, now)
	if err != nil {
		return Code{}, fmt.Errorf("invite official: %w", err)
	}
	return code, nil
}

// GroupCode makes the code that binds a group to agency with /hubungkan; an
// empty agency means the group of the national admin. Errors wrap
// [ErrUnknown] or [ErrNoKey].
func (c *Catalog) GroupCode(ctx context.Context, agency string, now time.Time) (Code, error) {
	agency = strings.ToUpper(strings.TrimSpace(agency))
	purpose := purposeGroup
	if agency == "" {
		purpose = purposeAdminGroup
	}
	code, err := c.newCode(ctx, purpose, groupPrefix, Code{Agency: agency}, now)
	if err != nil {
		return Code{}, fmt.Errorf("make a group code: %w", err)
	}
	return code, nil
}

func (c *Catalog) newCode(ctx context.Context, purpose, prefix string, code Code, now time.Time) (Code, error) {
	if c.sealer == nil {
		return Code{}, ErrNoKey
	}
	random := make([]byte, codeLength)
	rand.Read(random) // never fails: it ends the process where there is no randomness
	text := []byte(prefix)
	for _, b := range random {
		text = append(text, codeDigits[b&31]) // 32 divides 256: no digit is likelier
	}
	code.Code, code.ExpiresAt = string(text), now.Add(CodeLife)
	_, err := c.pool.Exec(ctx, `
		insert into codes (code_hash, purpose, role, agency, created_at, expires_at)
		values (@hash, @purpose, nullif(@role, ''), nullif(@agency, ''), @now, @expires)`,
		pgx.StrictNamedArgs{
			"hash": c.sealer.Hash(codeHash, text), "purpose": purpose, "role": code.Role,
			"agency": code.Agency, "now": now, "expires": code.ExpiresAt,
		})
	if violated(err) == "codes_agency" {
		return Code{}, unknownAgency(code.Agency)
	}
	if err != nil {
		return Code{}, err
	}
	return code, nil
}

const codeHash = "one-time code"

// RedeemInvite uses up an invite and appoints the person of the private chat
// who sent it. It returns the role and the agency's name (empty for roles over
// the whole country); ok is false where the code is wrong, used or expired,
// and then nothing was written. It writes only through db, the caller's transaction.
func (c *Catalog) RedeemInvite(ctx context.Context, db DB, code string, chat int64, now time.Time) (role reports.Role, agency string, ok bool, err error) {
	used, ok, err := c.use(ctx, db, code, invitePrefix, now)
	if err != nil || !ok {
		return "", "", false, wrapRedeem(err)
	}
	if err := appoint(ctx, db, reports.PersonID(chat), used.Role, used.Agency, now); err != nil {
		return "", "", false, wrapRedeem(err)
	}
	name, err := agencyName(ctx, db, used.Agency)
	if err != nil {
		return "", "", false, wrapRedeem(err)
	}
	return used.Role, name, true, nil
}

// GroupOutcome is how an attempt to bind a group ended.
type GroupOutcome string

// The outcomes of [Catalog.RedeemGroup].
const (
	GroupBound     GroupOutcome = "bound"
	GroupWrongCode GroupOutcome = "wrong_code" // wrong, used or expired
	GroupNotByYou  GroupOutcome = "not_by_you" // the code is good and stays so; the sender has no role for it
)

// RedeemGroup uses up a group code that sender wrote in the group chat, and
// binds the group. It returns the agency's name, empty for the national
// admin's group. The code alone binds the first group of the national admin;
// any other needs a sender who is national admin, agency admin of the body or
// of one above it, or its liaison. It writes only through db, the caller's transaction.
func (c *Catalog) RedeemGroup(ctx context.Context, db DB, code string, chat int64, sender reports.PersonID, now time.Time) (GroupOutcome, string, error) {
	found, ok, err := c.find(ctx, db, code, groupPrefix, now)
	if err != nil || !ok {
		return GroupWrongCode, "", wrapRedeem(err)
	}
	may, err := mayBind(ctx, db, sender, found.Agency)
	if err != nil || !may {
		return GroupNotByYou, "", wrapRedeem(err)
	}
	if _, ok, err = c.use(ctx, db, code, groupPrefix, now); err != nil || !ok {
		return GroupWrongCode, "", wrapRedeem(err)
	}
	if err := bindGroup(ctx, db, chat, found.Agency, now); err != nil {
		return GroupWrongCode, "", wrapRedeem(err)
	}
	name, err := agencyName(ctx, db, found.Agency)
	if err != nil {
		return GroupWrongCode, "", wrapRedeem(err)
	}
	return GroupBound, name, nil
}

func wrapRedeem(err error) error {
	if err != nil {
		return fmt.Errorf("redeem code: %w", err)
	}
	return nil
}

// redeemed is what a code stands for.
type redeemed struct {
	Role   reports.Role
	Agency string
}

// use marks a code as used, once: of two that try at the same time the second
// waits for the first and finds nothing.
func (c *Catalog) use(ctx context.Context, db DB, code, prefix string, now time.Time) (redeemed, bool, error) {
	return c.look(ctx, db, `
		update codes set used_at = @now
		where code_hash = any (@hashes) and used_at is null and expires_at > @now
		returning coalesce(role, '') as role, coalesce(agency, '') as agency`, code, prefix, now)
}

func (c *Catalog) find(ctx context.Context, db DB, code, prefix string, now time.Time) (redeemed, bool, error) {
	return c.look(ctx, db, `
		select coalesce(role, '') as role, coalesce(agency, '') as agency from codes
		where code_hash = any (@hashes) and used_at is null and expires_at > @now`, code, prefix, now)
}

func (c *Catalog) look(ctx context.Context, db DB, sql, code, prefix string, now time.Time) (redeemed, bool, error) {
	if c.sealer == nil {
		return redeemed{}, false, ErrNoKey
	}
	text, ok := tidyCode(code, prefix)
	if !ok {
		return redeemed{}, false, nil
	}
	rows, err := db.Query(ctx, sql, pgx.StrictNamedArgs{"hashes": c.sealer.Hashes(codeHash, []byte(text)), "now": now})
	if err != nil {
		return redeemed{}, false, err
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[redeemed])
	if errors.Is(err, pgx.ErrNoRows) {
		return redeemed{}, false, nil
	}
	return found, err == nil, err
}

// tidyCode reads a code as people type it: any case, with O for 0 and I or L
// for 1. It returns false for what cannot be a code of this prefix.
func tidyCode(code, prefix string) (string, bool) {
	digits, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(code)), prefix)
	if !ok || len(digits) != codeLength {
		return "", false
	}
	digits = strings.NewReplacer("o", "0", "i", "1", "l", "1").Replace(digits)
	return prefix + digits, strings.Trim(digits, codeDigits) == ""
}
