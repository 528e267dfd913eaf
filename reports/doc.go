// Package reports is the domain of public complaints: what a report is, which
// states it passes through, who may do what to it, and which clocks run
// meanwhile. It holds values and rules only: no database, no network, no clock
// and no randomness, so that every rule can be tested as a table.
//
// The tables follow the project's domain rules; their legal sources (Perpres
// 76/2013, PermenPANRB 5/2025) are named beside each limit.
package reports
