package register

import (
	"testing"

	"kentongan/migrations/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }
