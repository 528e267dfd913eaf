package whatsapp

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"kentongan/bots/channeltest"
)

// TestOneOfTwoProcessesHoldsTheConnection has two services run on one database,
// takes the lock from the one that owns the connection, and then ends the other.
func TestOneOfTwoProcessesHoldsTheConnection(t *testing.T) {
	t.Parallel()
	w := channeltest.NewWorld(t)
	r := paired(t, w)
	clients := []*Client{r.c, r.client()}
	var stops []func()
	for _, c := range clients {
		_, stop := w.Start(c)
		stops = append(stops, stop)
	}
	owner := func() int {
		found := -1
		channeltest.Eventually(t, "an owner", func() bool {
			for i, c := range clients {
				if c.Status().State == StateConnected {
					found = i
				}
			}
			return found >= 0
		})
		return found
	}
	siti := r.person("Siti")
	ask := func(n int) {
		t.Helper()
		before := len(r.Shown("Siti"))
		r.confirmed(siti, siti.Text(r.office, fmt.Sprintf("Lampu jalan nomor %d di pasar mati dan gelap sekali.", n)))
		channeltest.Eventually(t, "an answer", func() bool { return len(r.Shown("Siti")) > before })
	}
	first := owner()
	if s := clients[1-first].Status().State; s != StateIdle {
		t.Errorf("the other one is %s", s)
	}
	if err := clients[1-first].Health(); err != nil {
		t.Errorf("and ill: %v", err)
	}
	ask(1)

	began := time.Now()
	r.exec(`select pg_terminate_backend(l.pid) from pg_locks l join pg_stat_activity a on a.pid = l.pid
		where l.locktype = 'advisory' and a.datname = current_database()`)
	channeltest.Eventually(t, "the owner is fenced", func() bool { return clients[first].Status().State != StateConnected })
	t.Logf("fenced %s after the lock was lost", time.Since(began).Round(time.Millisecond))
	second := owner()
	t.Logf("connected again after %s", time.Since(began).Round(time.Millisecond))
	ask(2)

	stops[second]()
	if third := owner(); third != 1-second {
		t.Errorf("%d owns the connection after its end", third)
	}
	ask(3)
	if strings.Contains(r.log(), "state="+string(StateReplaced)) {
		t.Error("two connections at once")
	}
}
