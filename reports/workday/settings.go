package workday

import (
	"fmt"
	"strings"
)

// Settings says which days an office works. It is comparable, and the zero value is the ordinary office: Monday to
// Friday, joint leave off, no days of a region.
type Settings struct {
	SixDays          bool   // Saturday is worked
	JointLeaveWorked bool   // joint leave (cuti bersama) is worked, as in offices that serve people at the counter
	Region           string // "63.07" adds the days of that regency and of its province, "63" those of the province
}

// Code returns the settings as a short text for a database column and for people: the days of the week, then j if
// joint leave is worked, then the region: "5", "6", "5j", "5@63", "6j@63.07". Equal settings have equal codes.
func (s Settings) Code() string {
	code := "5"
	if s.SixDays {
		code = "6"
	}
	if s.JointLeaveWorked {
		code += "j"
	}
	if s.Region != "" {
		code += "@" + s.Region
	}
	return code
}

// ParseSettings reads a code as [Settings.Code] writes it and refuses everything else.
func ParseSettings(code string) (Settings, error) {
	var s Settings
	office, region, regional := strings.Cut(code, "@")
	switch office {
	case "5":
	case "5j":
		s.JointLeaveWorked = true
	case "6":
		s.SixDays = true
	case "6j":
		s.SixDays, s.JointLeaveWorked = true, true
	default:
		return Settings{}, fmt.Errorf("calendar %q: expected 5, 5j, 6 or 6j, perhaps with @ and a region's code", shorten(code))
	}
	if regional && !isRegion(region) {
		return Settings{}, fmt.Errorf("calendar %q: region %q is no code like 63 or 63.07", shorten(code), shorten(region))
	}
	s.Region = region
	return s, nil
}

// applies reports whether a day of this region (empty: of the whole country) is one of the office's.
func (s Settings) applies(region string) bool {
	return region == "" || region == s.Region || len(s.Region) > 2 && region == s.Region[:2]
}
