package store

import (
	"testing"

	"kiennghi/models"
)

func FuzzParseCursor(f *testing.F) {
	f.Add("f", Cursor{List: "f", Key: -1, ID: "a|b"}.String())
	f.Add("fdue", Cursor{List: "fdue", Key: 1 << 62, ID: models.NewID()}.String())
	f.Add("n", "bnwwfA")
	f.Add("n", "====")
	f.Add("w", "")
	f.Fuzz(func(t *testing.T, list, token string) {
		c, err := ParseCursor(list, token)
		switch {
		case err != nil:
			if models.ErrorKindOf(err) != models.KindInvalid || c != nil {
				t.Errorf("%q: %v", token, err)
			}
		case token == "":
			if c != nil {
				t.Error("the beginning is a place")
			}
		case c == nil || c.List != list:
			t.Errorf("%q: %+v", token, c)
		default:
			again, err := ParseCursor(list, c.String())
			if err != nil || *again != *c {
				t.Errorf("%+v becomes %+v (%v)", c, again, err)
			}
		}
	})
}
