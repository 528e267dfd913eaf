package rehearsal

import (
	"time"

	"kentongan/conversation"
	"kentongan/conversation/phrases"
	"kentongan/reports"
	"kentongan/reports/workday"
)

// CaseAgencies are the bodies that exist in the golden cases.
var CaseAgencies = []reports.Agency{
	{Code: "HST", Name: "Pemkab Hulu Sungai Tengah", Level: reports.Regency, Zone: "Asia/Makassar", Week: 5, Keywords: []string{"barabai"}},
	{Code: "HST-PUPR", Name: "Dinas PUPR", Parent: "HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	{Code: "HST-DLH", Name: "Dinas Lingkungan Hidup", Parent: "HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	{Code: "HST-DISHUB", Name: "Dinas Perhubungan", Parent: "HST", Level: reports.Unit, Zone: "Asia/Makassar", Week: 5},
	{Code: "KEMENPAN", Name: "Kementerian PANRB", Level: reports.National, Zone: "Asia/Jakarta", Week: 5},
}

// CaseStart is when golden cases begin: Monday 23 November 2026, 09:00 in Jakarta.
var CaseStart = time.Date(2026, time.November, 23, 2, 0, 0, 0, time.UTC)

// StageCase is a case with nobody in it, in which nobody is woken between nine
// in the evening and seven in the morning.
func StageCase() (*Case, error) {
	zone, err := time.LoadLocation("Asia/Jakarta")
	if err != nil {
		return nil, err
	}
	return NewCase(conversation.Config{
		Phrases: phrases.Default(), Holidays: workday.Default(), Zone: zone, Limits: reports.DefaultLimits,
		Desk: conversation.Desk{Verifier: true, Restricted: true}, Agencies: CaseAgencies,
		Quiet: conversation.Quiet{From: 21 * time.Hour, To: 7 * time.Hour},
	}, CaseStart)
}
