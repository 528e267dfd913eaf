package register

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"kentongan/migrations/pgtest"
	"kentongan/reports"
	"kentongan/reports/seal"
)

var someTime = time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)

func openCatalog(t *testing.T) *Catalog {
	t.Helper()
	sealer, err := seal.New(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	return NewCatalog(pgtest.Pool(t), sealer)
}

func addAgency(t *testing.T, c *Catalog, a reports.Agency) reports.Agency {
	t.Helper()
	added, err := c.AddAgency(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func TestAddAgencyFillsInWhatFollowsFromTheParent(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "hst", Name: "Kabupaten  Hulu Sungai Tengah ", Zone: "wita", Keywords: []string{"Barababai"}})
	addAgency(t, c, reports.Agency{Code: "HST-PUPR", Name: "Dinas PUPR", Parent: "HST", Week: 6, Hours: "07:30-15:30"})

	got, err := c.Agencies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []reports.Agency{
		{
			Code: "HST", Name: "Kabupaten Hulu Sungai Tengah", Zone: "Asia/Makassar", Level: reports.Regency,
			Week: 5, Hours: "08:00-16:00", Keywords: []string{"barababai"},
		},
		{
			Code: "HST-PUPR", Name: "Dinas PUPR", Parent: "HST", Zone: "Asia/Makassar", Level: reports.Unit,
			Week: 6, Hours: "07:30-15:30", Keywords: []string{},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAddAgencySaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "HST", Name: "Hulu Sungai Tengah", Keywords: []string{"barababai"}})
	tests := []struct {
		name string
		a    reports.Agency
		is   error
		says string
	}{
		{"a code twice", reports.Agency{Code: "HST", Name: "Lain"}, ErrExists, "choose another"},
		{"no such parent", reports.Agency{Code: "X", Name: "X", Parent: "NIL"}, ErrUnknown, `agency "NIL"`},
		{"a code with a space", reports.Agency{Code: "A B", Name: "X"}, ErrInvalid, "HST-PUPR"},
		{"no name", reports.Agency{Code: "X", Name: " \t"}, ErrInvalid, "empty"},
		{"a name that controls terminals", reports.Agency{Code: "X", Name: "a\x1b[31mb"}, ErrInvalid, "printed"},
		{"a long name", reports.Agency{Code: "X", Name: strings.Repeat("a", 201)}, ErrInvalid, "200"},
		{"no such zone", reports.Agency{Code: "X", Name: "X", Zone: "Asia/Barabai"}, ErrInvalid, "Asia/Makassar"},
		{"this machine's zone", reports.Agency{Code: "X", Name: "X", Zone: "Local"}, ErrInvalid, "zone"},
		{"no such level", reports.Agency{Code: "X", Name: "X", Level: "kota"}, ErrInvalid, "regency"},
		{"above its parent", reports.Agency{Code: "X", Name: "X", Parent: "HST", Level: reports.Province}, ErrInvalid, "below HST"},
		{"a week of seven days", reports.Agency{Code: "X", Name: "X", Week: 7}, ErrInvalid, "5 or 6"},
		{"hours that end before they begin", reports.Agency{Code: "X", Name: "X", Hours: "16:00-08:00"}, ErrInvalid, "08:00-16:00"},
		{"hours beyond the day", reports.Agency{Code: "X", Name: "X", Hours: "08:00-24:00"}, ErrInvalid, "08:00-16:00"},
		{"a keyword that is taken", reports.Agency{Code: "X", Name: "X", Keywords: []string{"BARABABAI"}}, ErrExists, "barababai"},
		{"a keyword that is an answer", reports.Agency{Code: "X", Name: "X", Keywords: []string{"2"}}, ErrInvalid, "one word"},
		{"a keyword that is a command", reports.Agency{Code: "X", Name: "X", Keywords: []string{"lapor"}}, ErrInvalid, "understands"},
	}
	for _, test := range tests {
		_, err := c.AddAgency(t.Context(), test.a)
		if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: got %v, want %v saying %q", test.name, err, test.is, test.says)
		}
	}
	list, err := c.Agencies(t.Context())
	if err != nil || len(list) != 1 {
		t.Errorf("a refused agency left %d agencies, error %v", len(list), err)
	}
}

func TestSnapshotSeesEveryChangeByItsVersion(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	version := func() int64 {
		t.Helper()
		v, err := c.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	last := version()
	for _, step := range []struct {
		name   string
		change func() error
		want   Snapshot
	}{
		{"an agency", func() error {
			_, err := c.AddAgency(t.Context(), reports.Agency{Code: "HST", Name: "HST"})
			return err
		}, Snapshot{}},
		{"a keyword", func() error {
			_, err := c.AddKeyword(t.Context(), "Barababai", "hst")
			return err
		}, Snapshot{}},
		{"the admin group", func() error { return c.BindGroup(t.Context(), 7, "", someTime) }, Snapshot{Verifier: true}},
		{
			"a national admin", func() error { return c.Appoint(t.Context(), 8, reports.NationalAdmin, "", someTime) },
			Snapshot{Verifier: true, Restricted: true},
		},
		{"the group's new body", func() error { return c.BindGroup(t.Context(), 7, "HST", someTime) }, Snapshot{Verifier: true, Restricted: true}},
		{"the admin's leave", func() error { return c.RemoveOfficial(t.Context(), 1, someTime) }, Snapshot{}},
		{"a freed keyword", func() error { return c.RemoveKeyword(t.Context(), "BARABABAI") }, Snapshot{}},
	} {
		if err := step.change(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		snapshot, err := c.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if snapshot.Version <= last || snapshot.Version != version() {
			t.Errorf("%s: version %d after %d", step.name, snapshot.Version, last)
		}
		last = snapshot.Version
		if snapshot.Verifier != step.want.Verifier || snapshot.Restricted != step.want.Restricted {
			t.Errorf("%s: verifier %v, restricted %v; want %v, %v", step.name,
				snapshot.Verifier, snapshot.Restricted, step.want.Verifier, step.want.Restricted)
		}
		if len(snapshot.Agencies) != 1 {
			t.Errorf("%s: %d agencies", step.name, len(snapshot.Agencies))
		}
	}
}

func TestKeywordsAreKeptAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "HST", Name: "HST"})
	if _, err := c.AddKeyword(t.Context(), " BaraBabai ", "hst"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.AddKeyword(t.Context(), "barababai", "HST"); !errors.Is(err, ErrExists) {
		t.Errorf("the same word again: %v", err)
	}
	if _, err := c.AddKeyword(t.Context(), "kandangan", "HSS"); !errors.Is(err, ErrUnknown) {
		t.Errorf("a body that is not there: %v", err)
	}
	got, err := c.Keywords(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Keyword{{"barababai", "HST"}}, got); diff != "" {
		t.Error(diff)
	}
	if err := c.RemoveKeyword(t.Context(), "kandangan"); !errors.Is(err, ErrUnknown) {
		t.Errorf("removing a word that is not there: %v", err)
	}
}

func TestCategoriesBeginWithTheAreasAndComeBack(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	list, err := c.Categories(t.Context())
	if err != nil || len(list) != 20 {
		t.Fatalf("%d categories, error %v; want the 20 areas", len(list), err)
	}
	if _, err := c.AddCategory(t.Context(), "infrastruktur", "Jalan"); !errors.Is(err, ErrExists) {
		t.Errorf("a code twice: %v", err)
	}
	if err := c.RetireCategory(t.Context(), "Infrastruktur"); err != nil {
		t.Error(err)
	}
	if _, err := c.AddCategory(t.Context(), "infrastruktur", "Jalan dan jembatan"); err != nil {
		t.Errorf("bringing a retired one back: %v", err)
	}
	if list, err = c.Categories(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, category := range list {
		if category.Code == "infrastruktur" && (category.Retired || category.Name != "Jalan dan jembatan") {
			t.Errorf("came back as %+v", category)
		}
	}
	if err := c.RetireCategory(t.Context(), "tiada"); !errors.Is(err, ErrUnknown) {
		t.Errorf("retiring what is not there: %v", err)
	}
	if _, err := c.AddCategory(t.Context(), "Air Bersih", "Air"); !errors.Is(err, ErrInvalid) {
		t.Errorf("a code with a space: %v", err)
	}
}

func TestRemovedOfficialsAreGoneAndMayComeBack(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "HST", Name: "HST"})
	for range 2 { // twice is no error, and one appointment
		if err := c.Appoint(t.Context(), 5, reports.Liaison, "hst", someTime); err != nil {
			t.Fatal(err)
		}
	}
	want := []Official{{ID: 1, Person: 5, Role: reports.Liaison, Agency: "HST", AppointedAt: someTime}}
	got, err := c.Officials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("UTC", time.Time.UTC)); diff != "" {
		t.Error(diff)
	}
	if err := c.RemoveOfficial(t.Context(), 1, someTime); err != nil {
		t.Error(err)
	}
	if err := c.RemoveOfficial(t.Context(), 1, someTime); !errors.Is(err, ErrUnknown) {
		t.Errorf("removing twice: %v", err)
	}
	if err := c.Appoint(t.Context(), 5, reports.Liaison, "HST", someTime); err != nil {
		t.Error(err)
	}
	if got, err = c.Officials(t.Context()); err != nil || len(got) != 1 {
		t.Errorf("after coming back: %+v, %v", got, err)
	}
	for _, wrong := range []struct {
		role   reports.Role
		agency string
		is     error
	}{
		{"lurah", "HST", ErrInvalid},
		{reports.Liaison, "", ErrInvalid},
		{reports.NationalAdmin, "HST", ErrInvalid},
		{reports.Liaison, "NIL", ErrUnknown},
	} {
		if err := c.Appoint(t.Context(), 6, wrong.role, wrong.agency, someTime); !errors.Is(err, wrong.is) {
			t.Errorf("%s of %q: %v", wrong.role, wrong.agency, err)
		}
	}
}

// redeem is RedeemInvite in a transaction of its own.
func redeem(t *testing.T, c *Catalog, code string, chat int64, now time.Time) (role reports.Role, agency string, ok bool) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), c.pool, func(tx pgx.Tx) error {
		var err error
		role, agency, ok, err = c.RedeemInvite(t.Context(), tx, code, chat, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return role, agency, ok
}

func TestAnInviteAppointsOnceAndInTime(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "HST", Name: "Kabupaten Hulu Sungai Tengah"})
	code, err := c.InviteCode(t.Context(), reports.Liaison, "hst", someTime)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(code.Code, "i_") || len(code.Code) > 64 || !code.ExpiresAt.Equal(someTime.Add(CodeLife)) {
		t.Errorf("code %+v", code)
	}
	var stored int
	if err := c.pool.QueryRow(t.Context(), `select count(*) from codes where code_hash = $1`, []byte(code.Code)).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the code itself is stored: %d, %v", stored, err)
	}

	for name, wrong := range map[string]string{
		"empty": "", "another": "i_0123456789abcdef", "shortened": code.Code[:len(code.Code)-1],
		"of another purpose": "g_" + code.Code[2:], "huge": strings.Repeat("i_", 1<<15),
	} {
		if _, _, ok := redeem(t, c, wrong, 5, someTime); ok {
			t.Errorf("a code that is %s was redeemed", name)
		}
	}
	if _, _, ok := redeem(t, c, code.Code, 5, someTime.Add(CodeLife)); ok {
		t.Error("an expired code was redeemed")
	}
	role, agency, ok := redeem(t, c, " "+strings.ToUpper(code.Code), 5, someTime.Add(CodeLife-time.Second))
	if !ok || role != reports.Liaison || agency != "Kabupaten Hulu Sungai Tengah" {
		t.Errorf("got %s of %q, %v", role, agency, ok)
	}
	if _, _, ok := redeem(t, c, code.Code, 6, someTime); ok {
		t.Error("a code was redeemed twice")
	}
	officials, err := c.Officials(t.Context())
	if err != nil || len(officials) != 1 || officials[0].Person != 5 {
		t.Errorf("officials %+v, %v", officials, err)
	}
}

func TestAnInviteIsRedeemedByOneOfManyAtOnce(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	code, err := c.InviteCode(t.Context(), reports.NationalAdmin, "", someTime)
	if err != nil {
		t.Fatal(err)
	}
	results := make(chan error)
	var won int
	const many = 8
	for chat := range int64(many) {
		go func() {
			results <- pgx.BeginFunc(t.Context(), c.pool, func(tx pgx.Tx) error {
				_, _, ok, err := c.RedeemInvite(t.Context(), tx, code.Code, chat+1, someTime)
				if err == nil && !ok {
					err = ErrUnknown
				}
				return err
			})
		}()
	}
	for range many {
		switch err := <-results; {
		case err == nil:
			won++
		case !errors.Is(err, ErrUnknown):
			t.Error(err)
		}
	}
	officials, err := c.Officials(t.Context())
	if won != 1 || err != nil || len(officials) != 1 {
		t.Errorf("%d redeemed it, %d officials, %v", won, len(officials), err)
	}
}

func TestARolledBackRedemptionLeavesTheCodeGood(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	code, err := c.InviteCode(t.Context(), reports.NationalAdmin, "", someTime)
	if err != nil {
		t.Fatal(err)
	}
	undo := errors.New("undo")
	err = pgx.BeginFunc(t.Context(), c.pool, func(tx pgx.Tx) error {
		if _, _, ok, err := c.RedeemInvite(t.Context(), tx, code.Code, 5, someTime); !ok || err != nil {
			t.Errorf("redeem: %v, %v", ok, err)
		}
		return undo
	})
	if !errors.Is(err, undo) {
		t.Fatal(err)
	}
	if _, _, ok := redeem(t, c, code.Code, 5, someTime); !ok {
		t.Error("the code was used up by a turn that was undone")
	}
}

func TestAGroupIsBoundByWhoMayBindIt(t *testing.T) {
	t.Parallel()
	c := openCatalog(t)
	addAgency(t, c, reports.Agency{Code: "KALSEL", Name: "Kalimantan Selatan", Level: reports.Province})
	addAgency(t, c, reports.Agency{Code: "JATENG", Name: "Jawa Tengah", Level: reports.Province})
	addAgency(t, c, reports.Agency{Code: "HST", Name: "Hulu Sungai Tengah", Parent: "KALSEL", Level: reports.Regency})
	addAgency(t, c, reports.Agency{Code: "HST-PUPR", Name: "Dinas PUPR", Parent: "HST"})
	const (
		nobody   = 1
		province = 2
		office   = 3
		national = 4
	)
	for person, role := range map[reports.PersonID]struct {
		role   reports.Role
		agency string
	}{province: {reports.AgencyAdmin, "KALSEL"}, office: {reports.Liaison, "HST-PUPR"}, national: {reports.NationalAdmin, ""}} {
		if err := c.Appoint(t.Context(), person, role.role, role.agency, someTime); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name   string
		agency string
		sender reports.PersonID
		want   GroupOutcome
		says   string
	}{
		{"the first admin group needs its code only", "", nobody, GroupBound, ""},
		{"the second needs a role", "", nobody, GroupNotByYou, ""},
		{"and a national admin has it", "", national, GroupBound, ""},
		{"a stranger binds no agency's group", "HST-PUPR", nobody, GroupNotByYou, ""},
		{"its liaison does", "HST-PUPR", office, GroupBound, "Dinas PUPR"},
		{"not that of the body above", "HST", office, GroupNotByYou, ""},
		{"the admin of a body above does", "HST-PUPR", province, GroupBound, "Dinas PUPR"},
		{"not that of a body elsewhere", "JATENG", province, GroupNotByYou, ""},
		{"a national admin binds any", "KALSEL", national, GroupBound, "Kalimantan Selatan"},
	} {
		code, err := c.GroupCode(t.Context(), test.agency, someTime)
		if err != nil {
			t.Fatal(err)
		}
		got, name := bind(t, c, code.Code, test.sender)
		if got != test.want || name != test.says {
			t.Errorf("%s: %s %q", test.name, got, name)
		}
		again, _ := bind(t, c, code.Code, national)
		if want := map[bool]GroupOutcome{true: GroupWrongCode, false: GroupBound}[test.want == GroupBound]; again != want {
			t.Errorf("%s: the code then is %s, want %s", test.name, again, want)
		}
	}
}

// bind is RedeemGroup in a transaction of its own, for a group of the sender's.
func bind(t *testing.T, c *Catalog, code string, sender reports.PersonID) (outcome GroupOutcome, agency string) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), c.pool, func(tx pgx.Tx) error {
		var err error
		outcome, agency, err = c.RedeemGroup(t.Context(), tx, code, 100+int64(sender), sender, someTime)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return outcome, agency
}

func TestCodesNeedAKey(t *testing.T) {
	t.Parallel()
	c := NewCatalog(nil, nil)
	if _, err := c.GroupCode(t.Context(), "", someTime); !errors.Is(err, ErrNoKey) {
		t.Errorf("got %v", err)
	}
}
