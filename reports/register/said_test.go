package register_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"kentongan/reports"
	"kentongan/reports/register"
)

func TestWhatWasSaidIsFoundByTheChangeThatItCameWith(t *testing.T) {
	reg, pool := newRegister(t)
	asked := fileOne(t, reg, pool, 1, friday, false)
	other := fileOne(t, reg, pool, 2, friday, false)
	var b pgx.Batch
	for _, e := range []register.ThreadEntry{
		{Report: asked.ID, Version: 2, Speaker: reports.ByAdmin, Office: true, Words: "catatan", At: friday},
		{Report: asked.ID, Version: 2, Speaker: reports.ByAdmin, Words: "Lampu yang mana?", At: friday},
		{Report: asked.ID, Version: 3, Speaker: reports.ByReporter, Words: "Semua.", At: friday},
		{Report: other.ID, Version: 2, Speaker: reports.ByAdmin, Words: "Jalan apa?", At: friday},
	} {
		reg.QueueThread(&b, e)
	}
	if err := pool.SendBatch(t.Context(), &b).Close(); err != nil {
		t.Fatal(err)
	}
	said, err := reg.Said(t.Context(), pool, []reports.ID{asked.ID, other.ID}, []int{2, 9})
	if err != nil || len(said) != 1 || said[asked.ID] != "Lampu yang mana?" {
		t.Errorf("said %v, %v", said, err)
	}
}
