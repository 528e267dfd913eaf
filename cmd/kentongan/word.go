package main

import (
	"context"
	"fmt"

	"kentongan/reports/register"
)

type categoryCommands struct {
	List   categoryList   `cmd:"" help:"List the categories."`
	Add    categoryAdd    `cmd:"" help:"Add a category, or bring a retired one back."`
	Retire categoryRetire `cmd:"" help:"Stop offering a category; reports keep it."`
}

// categoryJSON is a category as scripts read it.
type categoryJSON struct {
	Code    string `json:"code"`
	Name    string `json:"name"`
	Retired bool   `json:"retired"`
}

type categoryList struct{ output }

// Run lists the categories.
func (c *categoryList) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		list, err := catalog.Categories(ctx)
		if err != nil {
			return err
		}
		encoded := make([]categoryJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, category := range list {
			encoded = append(encoded, categoryJSON(category))
			rows = append(rows, []string{category.Code, category.Name, yes(category.Retired, "retired")})
		}
		return c.list(p, encoded, "no categories", []string{"code", "name", ""}, rows)
	})
}

type categoryAdd struct {
	Code string `arg:"" help:"Short and unique, lower case, such as air-bersih."`
	Name string `arg:"" help:"As people read it."`
	output
}

// Run adds the category.
func (c *categoryAdd) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		category, err := catalog.AddCategory(ctx, c.Code, c.Name)
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, categoryJSON(category))
		}
		fmt.Fprintf(p.stdout, "added %s, %s\n", category.Code, category.Name)
		return nil
	})
}

type categoryRetire struct {
	Code string `arg:"" help:"Code of the category."`
}

// Run retires the category.
func (c *categoryRetire) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		if err := catalog.RetireCategory(ctx, c.Code); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "retired %s\n", c.Code)
		return nil
	})
}

type keywordCommands struct {
	List   keywordList   `cmd:"" help:"List the keywords."`
	Add    keywordAdd    `cmd:"" help:"Register a first word for a body."`
	Remove keywordRemove `cmd:"" help:"Free a word."`
}

// keywordJSON is a keyword as scripts read it.
type keywordJSON struct {
	Word   string `json:"word"`
	Agency string `json:"agency"`
}

type keywordList struct{ output }

// Run lists the keywords.
func (c *keywordList) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		list, err := catalog.Keywords(ctx)
		if err != nil {
			return err
		}
		encoded := make([]keywordJSON, 0, len(list))
		rows := make([][]string, 0, len(list))
		for _, keyword := range list {
			encoded = append(encoded, keywordJSON(keyword))
			rows = append(rows, []string{keyword.Word, keyword.Agency})
		}
		return c.list(p, encoded, "no keywords yet: add one with 'kentongan keyword add WORD AGENCY'",
			[]string{"word", "agency"}, rows)
	})
}

type keywordAdd struct {
	Word   string `arg:"" help:"One word, such as barababai."`
	Agency string `arg:"" help:"Code of the body."`
	output
}

// Run registers the keyword.
func (c *keywordAdd) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		keyword, err := catalog.AddKeyword(ctx, c.Word, c.Agency)
		if err != nil {
			return err
		}
		if c.JSON {
			return c.json(p, keywordJSON(keyword))
		}
		fmt.Fprintf(p.stdout, "added %s for %s\n", keyword.Word, keyword.Agency)
		return nil
	})
}

type keywordRemove struct {
	Word string `arg:"" help:"The word."`
}

// Run frees the keyword.
func (c *keywordRemove) Run(ctx context.Context, p *program) error {
	return p.withCatalog(ctx, func(catalog *register.Catalog) error {
		if err := catalog.RemoveKeyword(ctx, c.Word); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "removed %s\n", c.Word)
		return nil
	})
}
