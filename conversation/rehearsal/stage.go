package rehearsal

import (
	"time"
	_ "time/tzdata" // the zones must be right on a machine that has no zone database

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/reports"
	"kentongan/reports/workday"
)

// StageStart is when golden transcripts begin: Saturday 21 November 2026, 09:00 in Jakarta.
var StageStart = time.Date(2026, time.November, 21, 2, 0, 0, 0, time.UTC)

// StageVia is the network that they are held over until they name another.
var StageVia = conversation.Via{Channel: "telegram", Network: "Telegram", Abroad: true, MaxFile: 20 << 20}

// StageAgencies are the bodies that exist in them.
var StageAgencies = []reports.Agency{
	{Code: "HST", Name: "Pemerintah Kabupaten Hulu Sungai Tengah", Level: reports.Regency, Zone: "Asia/Makassar", Week: 5, Keywords: []string{"barabai", "barababai", "HST"}},
	{Code: "HST-PUPR", Name: "Dinas PUPR Hulu Sungai Tengah", Parent: "HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	{Code: "JATENG", Name: "Pemerintah Provinsi Jawa Tengah", Level: reports.Province, Zone: "Asia/Jakarta", Week: 5, Keywords: []string{"jateng"}},
	{Code: "KEMENPAN", Name: "Kementerian PANRB", Level: reports.National, Zone: "Asia/Jakarta", Week: 5},
}

// Stage is the machine with which golden transcripts are played.
func Stage() (*conversation.Machine, error) {
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		return nil, err
	}
	return conversation.New(conversation.Config{
		Phrases: phrases.Default(), Holidays: workday.Default(), Zone: zone, Limits: reports.DefaultLimits,
		Desk: conversation.Desk{Verifier: true, Restricted: true}, Agencies: StageAgencies,
	})
}
