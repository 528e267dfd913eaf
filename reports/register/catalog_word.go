package register

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
)

// Keyword is a registered first word: a message that begins with it is meant
// for the government of its agency.
type Keyword struct {
	Word   string // lower case
	Agency string
}

// Category is an area that a report belongs to. A retired one is no longer
// offered, and stays on the reports that have it.
type Category struct {
	Code    string
	Name    string
	Retired bool
}

const maxKeyword = 32 // characters

// reserved are the words that already mean something at the start of a
// conversation; see contract.md, Words.
var reserved = map[string]bool{
	"start": true, "lapor": true, "status": true, "bantuan": true, "batal": true, "kembali": true,
	"bahasa": true, "dataku": true, "hapus": true, "cabut": true, "hubungkan": true, "antrean": true,
	"laporan": true, "jejak": true, "rekap": true, "dasbor": true, "setuju": true, "tidak": true, "ya": true,
	"selesai": true, "lewati": true, "kirim": true, "ubah": true, "sudah": true, "belum": true, "lainnya": true,
	"anonim": true, "rahasia": true, "biasa": true, "pengaduan": true, "aspirasi": true,
}

// Keywords lists every keyword in alphabetical order.
func (c *Catalog) Keywords(ctx context.Context) ([]Keyword, error) {
	rows, err := c.pool.Query(ctx, `select word, agency from keywords order by word collate "C"`)
	if err != nil {
		return nil, fmt.Errorf("list keywords: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Keyword])
	if err != nil {
		return nil, fmt.Errorf("list keywords: %w", err)
	}
	return list, nil
}

// AddKeyword registers word for an agency and returns it as stored. Errors
// wrap [ErrInvalid], [ErrExists] or, for the agency, [ErrUnknown].
func (c *Catalog) AddKeyword(ctx context.Context, word, agency string) (Keyword, error) {
	k := Keyword{Agency: strings.ToUpper(strings.TrimSpace(agency))}
	var err error
	if k.Word, err = tidyKeyword(word); err == nil {
		err = addKeyword(ctx, c.pool, k.Word, k.Agency)
	}
	if err != nil {
		return Keyword{}, fmt.Errorf("add keyword: %w", err)
	}
	return k, nil
}

// RemoveKeyword frees word. The error wraps [ErrUnknown] where it is not registered.
func (c *Catalog) RemoveKeyword(ctx context.Context, word string) error {
	tag, err := c.pool.Exec(ctx, `delete from keywords where word = $1`, strings.ToLower(strings.TrimSpace(word)))
	if err != nil {
		return fmt.Errorf("remove keyword: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("remove keyword: %w keyword %q: see 'kentongan keyword list'", ErrUnknown, word)
	}
	return nil
}

func addKeyword(ctx context.Context, db DB, word, agency string) error {
	_, err := db.Exec(ctx, `insert into keywords (word, agency) values ($1, $2)`, word, agency)
	switch violated(err) {
	case "keywords_pkey":
		return fmt.Errorf("the keyword %q %w: see 'kentongan keyword list'", word, ErrExists)
	case "keywords_agency":
		return unknownAgency(agency)
	default:
		return err
	}
}

func tidyKeyword(word string) (string, error) {
	word = strings.ToLower(strings.TrimSpace(word))
	other := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	switch {
	case utf8.RuneCountInString(word) < 2 || utf8.RuneCountInString(word) > maxKeyword || strings.ContainsFunc(word, other):
		return "", fmt.Errorf("%w keyword %q: one word of 2 to %d letters and digits", ErrInvalid, word, maxKeyword)
	case !strings.ContainsFunc(word, unicode.IsLetter):
		return "", fmt.Errorf("%w keyword %q: a number is an answer; it needs a letter", ErrInvalid, word)
	case reserved[word]:
		return "", fmt.Errorf("%w keyword %q: the bot understands that word itself", ErrInvalid, word)
	}
	return word, nil
}

var categoryCode = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Categories lists every category by code, retired ones too.
func (c *Catalog) Categories(ctx context.Context) ([]Category, error) {
	rows, err := c.pool.Query(ctx, `select code, name, retired from categories order by code collate "C"`)
	if err != nil {
		return nil, fmt.Errorf("list categories: %w", err)
	}
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Category])
	if err != nil {
		return nil, fmt.Errorf("list categories: %w", err)
	}
	return list, nil
}

// AddCategory adds a category, or brings a retired one back under this name,
// and returns it as stored. Errors wrap [ErrInvalid] or [ErrExists].
func (c *Catalog) AddCategory(ctx context.Context, code, name string) (Category, error) {
	category := Category{Code: strings.ToLower(strings.TrimSpace(code))}
	if len(category.Code) > 40 || !categoryCode.MatchString(category.Code) {
		return Category{}, fmt.Errorf("add category: %w code %q: at most 40 lower-case letters, digits and hyphens", ErrInvalid, code)
	}
	var err error
	if category.Name, err = tidyName(name); err != nil {
		return Category{}, fmt.Errorf("add category %s: %w", category.Code, err)
	}
	tag, err := c.pool.Exec(ctx, `
		insert into categories (code, name) values ($1, $2)
		on conflict (code) do update set name = excluded.name, retired = false where categories.retired`,
		category.Code, category.Name)
	if err != nil {
		return Category{}, fmt.Errorf("add category %s: %w", category.Code, err)
	}
	if tag.RowsAffected() == 0 {
		return Category{}, fmt.Errorf("add category: the code %s %w: see 'kentongan category list'", category.Code, ErrExists)
	}
	return category, nil
}

// RetireCategory stops a category from being offered; retiring twice is no
// error. The error wraps [ErrUnknown] where there is none of this code.
func (c *Catalog) RetireCategory(ctx context.Context, code string) error {
	tag, err := c.pool.Exec(ctx, `update categories set retired = true where code = $1`,
		strings.ToLower(strings.TrimSpace(code)))
	if err != nil {
		return fmt.Errorf("retire category: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("retire category: %w category %q: see 'kentongan category list'", ErrUnknown, code)
	}
	return nil
}
