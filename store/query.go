package store

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kiennghi/models"
)

// Cursor is the place in a list after which a page begins: the sort key and the ID of
// the record before it. Its text form is the token of a Page.
type Cursor struct {
	List string // the list and order it belongs to; a token of another one is refused
	Key  int64
	ID   string
}

// String returns the text form.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.List + "|" + strconv.FormatInt(c.Key, 10) + "|" + c.ID))
}

// ParseCursor reads a token of that list. The empty token is the beginning: nil. A
// token that String did not make for this list is models.KindInvalid with field "next".
func ParseCursor(list, token string) (*Cursor, error) {
	if token == "" {
		return nil, nil
	}
	bad := models.Invalid([]models.FieldError{{Field: "next", Code: "invalid"}})
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(token) > 1000 {
		return nil, bad
	}
	part := strings.SplitN(string(raw), "|", 3)
	if len(part) != 3 || part[0] != list {
		return nil, bad
	}
	key, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil {
		return nil, bad
	}
	return &Cursor{List: list, Key: key, ID: part[2]}, nil
}

// PageSize returns the number of records of a page: 20 for 0, and 1 to 100.
func PageSize(limit int) int {
	if limit == 0 {
		return 20
	}
	return min(max(limit, 1), 100)
}

// Selected returns the statuses that q selects, in the order of a case's life.
func (q FeedbackQuery) Selected() []models.Status {
	if q.Undated && (!q.OverdueAt.IsZero() || !q.DueFrom.IsZero()) {
		return nil
	}
	var out []models.Status
	for _, s := range models.Statuses {
		if (len(q.Statuses) == 0 || slices.Contains(q.Statuses, s)) && (q.OverdueAt.IsZero() || s.Open()) {
			out = append(out, s)
		}
	}
	return out
}

// Check returns an error when q does not say whose records it wants in exactly one
// way (a fault of the program) or has a Sort that is not one (models.KindInvalid).
func (q FeedbackQuery) Check() error {
	n := 0
	for _, said := range []bool{q.Sender != "", q.Scope != "", q.All} {
		if said {
			n++
		}
	}
	if n != 1 {
		return models.Wrap(models.KindInternal, fmt.Errorf("a feedback query wants exactly one of Sender, Scope and All, not %d", n))
	}
	switch q.Sort {
	case ByReceivedDesc, ByReceived, ByDue, ByDueDesc, ByUpdated, ByPublishedDesc:
		return nil
	}
	return models.Invalid([]models.FieldError{{Field: "sort", Code: "invalid"}})
}

// Index names the index whose range has what q wants and little else: its keys, and
// behind them the time and the number of an entry. Both databases have them all.
func (q AuditQuery) Index() string {
	switch {
	case q.Object != "":
		return "object"
	case q.Actor != "" && q.Action != "":
		return "actor_action"
	case q.Actor != "":
		return "actor"
	case q.Agency != "" && q.Action != "":
		return "agency_action"
	case q.Agency != "":
		return "agency"
	case q.Action != "":
		return "action"
	}
	return "at"
}

// ErrNewerSchema is the cause when Migrate finds a schema of a later program.
var ErrNewerSchema = errors.New("the database was written by a newer version of the program; start that version, or restore a backup from before the upgrade")
