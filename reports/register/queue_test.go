package register_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"kentongan/reports"
	"kentongan/reports/register"
)

// Everybody's queue holds what their role may do or read, and nothing else.
func TestQueuesHoldWhatEachRoleWaitsFor(t *testing.T) {
	reg, pool := newRegister(t)
	names := map[reports.ID]string{}
	add := func(name, sets string) {
		t.Helper()
		r := fileOne(t, reg, pool, int64(len(names)+1), friday, false)
		names[r.ID] = name
		must(t, pool, `update reports set keyword = '' where id = $1`, r.ID)
		must(t, pool, `update reports set `+sets+` where id = $1`, r.ID)
	}
	add("new", `state = 'submitted'`)
	add("barabai", `state = 'submitted', keyword = 'barabai'`)
	add("work", `state = 'in_progress', dispatched = true, agency = 'PUPR'`)
	add("secret", `state = 'dispatched', dispatched = true, agency = 'PUPR', confidential = true`)
	add("alleging", `state = 'dispatched', dispatched = true, agency = 'PUPR', oversight = true`)
	add("question", `state = 'dispatched', dispatched = true, agency = 'PUPR', kind = 'information_request'`)
	add("elsewhere", `state = 'dispatched', dispatched = true, agency = 'DLH', escalated = true`)
	add("answered", `state = 'followed_up', dispatched = true, agency = 'PUPR', escalated = true`)
	add("raised secret", `state = 'followed_up', dispatched = true, agency = 'PUPR', escalated = true, confidential = true`)
	add("reopening", `state = 'closed', dispatched = true, agency = 'PUPR', reopening = true, keyword = 'barabai'`)
	body := []string{"PUPR"}
	for _, tt := range []struct {
		name string
		desk register.Desk
		want []string
	}{
		{"national admin", register.Desk{Verifies: true}, []string{"new", "barabai", "reopening"}},
		{"agency admin", register.Desk{Agencies: body, Keywords: []string{"barabai"}}, []string{"barabai", "work", "secret", "question", "reopening"}},
		{"liaison", register.Desk{Agencies: body}, []string{"work", "secret", "question"}},
		{"leader or operator", register.Desk{Watches: body}, []string{"work", "question"}},
		{"inspectorate", register.Desk{Alleging: body}, []string{"alleging"}},
		{"PPID", register.Desk{Asking: body}, []string{"question"}},
		{"Ombudsman", register.Desk{Escalated: true}, []string{"elsewhere", "answered"}},
		{"Ombudsman and liaison", register.Desk{Escalated: true, Agencies: []string{"DLH"}}, []string{"elsewhere", "answered"}},
		{"group", register.Desk{Agencies: body, Public: true}, []string{"work", "question"}},
		{"nobody", register.Desk{}, nil},
	} {
		list, more, err := reg.Queue(t.Context(), pool, tt.desk, 9)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range list {
			got = append(got, names[r.ID])
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || more != 0 {
			t.Errorf("%s, %d more (-want +got):\n%s", tt.name, more, diff)
		}
	}
	if list, more, err := reg.Queue(t.Context(), pool, register.Desk{Escalated: true, Agencies: body}, 2); err != nil || len(list) != 2 || more != 3 {
		t.Errorf("%d of the list, %d more, %v", len(list), more, err)
	}
	for _, tt := range []struct {
		bodies []string
		want   int
	}{{nil, 10}, {body, 7}, {[]string{"PUPR", "DLH"}, 8}, {[]string{"X"}, 0}} {
		tally, err := reg.Tally(t.Context(), pool, rules(t), tt.bodies, time.Now())
		n := 0
		for _, c := range tally.States {
			n += c
		}
		if err != nil || n != tt.want {
			t.Errorf("%v: %d reports, want %d, %v", tt.bodies, n, tt.want, err)
		}
	}
}
