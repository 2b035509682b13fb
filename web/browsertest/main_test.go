package browsertest

import (
	"testing"

	"kiennghi/cmd/kiennghi/programtest"
)

func TestMain(m *testing.M) { programtest.Main(m, quitChromium) }
