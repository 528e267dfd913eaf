package conversation

import "kentongan/conversation/phrases"

// MenuItem is a command of [Menu].
type MenuItem struct{ Command, Text string }

// menu lists the commands that are worth offering, those that work now.
var menu = []string{"lapor", "status", "kembali", "batal", "cabut", "bahasa", "bantuan"}

// groupMenu lists the commands of groups.
var groupMenu = []string{"antrean", "laporan", "jejak", "rekap"}

// Menu lists the commands that a person in private may need, with what each
// does in words of lang, for networks that show such a list.
func Menu(c *phrases.Catalogue, lang string) []MenuItem { return menuOf(c, lang, menu) }

// GroupMenu is [Menu] for groups.
func GroupMenu(c *phrases.Catalogue, lang string) []MenuItem { return menuOf(c, lang, groupMenu) }

func menuOf(c *phrases.Catalogue, lang string, commands []string) []MenuItem {
	items := make([]MenuItem, len(commands))
	for i, command := range commands {
		items[i] = MenuItem{Command: command, Text: c.Text(lang, "menu."+command)}
	}
	return items
}
