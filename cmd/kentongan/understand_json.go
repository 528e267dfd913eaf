package main

import (
	"time"

	"kentongan/conversation"
	"kentongan/reports"
	"kentongan/reports/region"
)

// timeJSON, placeJSON and reportJSON are readings as scripts read them; see
// contract.md. What is not known is null.
type timeJSON struct {
	From      *string            `json:"from"`
	To        *string            `json:"to"`
	Precision *reports.Precision `json:"precision"`
	Recurs    *string            `json:"recurs"`
	Ask       bool               `json:"ask"`
	Why       *string            `json:"why"`
	Reading   *string            `json:"reading"`
}

type placeJSON struct {
	Regency    *string  `json:"regency"`
	Province   *string  `json:"province"`
	Lat        *float64 `json:"lat"`
	Lon        *float64 `json:"lon"`
	Ask        bool     `json:"ask"`
	Why        *string  `json:"why"`
	Reading    *string  `json:"reading"`
	Candidates []string `json:"candidates,omitempty"`
}

type reportJSON struct {
	Kind     reports.Kind   `json:"kind"`
	Keyword  *string        `json:"keyword"`
	Time     *toldTimeJSON  `json:"time"`
	Place    *toldPlaceJSON `json:"place"`
	Category *string        `json:"category"`
	Secrecy  bool           `json:"secrecy"`
	Danger   bool           `json:"danger"`
}

type toldTimeJSON struct {
	Words string `json:"words"`
	timeJSON
}

type toldPlaceJSON struct {
	Words    *string  `json:"words"` // null where there is only a point
	Regency  *string  `json:"regency"`
	Province *string  `json:"province"`
	Lat      *float64 `json:"lat"`
	Lon      *float64 `json:"lon"`
}

// known returns a pointer to v, or nil where v is the zero value.
func known[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func timeOf(r conversation.TimeReading, zone *time.Location) timeJSON {
	return timeJSON{
		From: instantIn(r.From, zone), To: instantIn(r.To, zone), Precision: known(r.Precision), Recurs: known(r.Recurs),
		Ask: r.Ask, Why: known(r.Why), Reading: known(r.Reading),
	}
}

// instantIn writes t, and nothing where it is zero.
func instantIn(t time.Time, zone *time.Location) *string {
	if t.IsZero() {
		return nil
	}
	return known(t.In(zone).Format(time.RFC3339))
}

func placeOf(r conversation.PlaceReading) placeJSON {
	j := placeJSON{
		Regency: official(r.Regency), Province: official(provinceOf(r)), Ask: r.Ask, Why: known(r.Why), Reading: known(r.Reading),
	}
	j.Lat, j.Lon = point(r)
	if r.Ask {
		for _, c := range r.Candidates {
			if name := official(c); name != nil {
				j.Candidates = append(j.Candidates, *name)
			}
		}
	}
	return j
}

func reportOf(r conversation.ReportReading, zone *time.Location) reportJSON {
	j := reportJSON{Kind: r.Kind, Keyword: known(r.Keyword), Category: known(r.Category), Secrecy: r.Secrecy, Danger: r.Danger}
	if r.TimeWords != "" {
		j.Time = &toldTimeJSON{Words: r.TimeWords, timeJSON: timeOf(r.Time, zone)}
	}
	if r.PlaceWords != "" || r.Place.Pin {
		p := placeOf(r.Place)
		j.Place = &toldPlaceJSON{Words: known(r.PlaceWords), Regency: p.Regency, Province: p.Province, Lat: p.Lat, Lon: p.Lon}
	}
	return j
}

// provinceOf is the province that is certain, of the regency where that is.
func provinceOf(r conversation.PlaceReading) region.Code {
	if r.Province == "" {
		return r.Regency.Province()
	}
	return r.Province
}

// official is the official name of a region.
func official(c region.Code) *string {
	r, _ := region.Lookup(c)
	return known(r.Name)
}

// point is where r has its pin.
func point(r conversation.PlaceReading) (lat, lon *float64) {
	if !r.Pin {
		return nil, nil
	}
	return &r.Lat, &r.Lon
}
