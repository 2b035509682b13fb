package handlers

import (
	"context"

	"kiennghi/models"
)

// request is what a handler knows of the request beyond its decoded input.
type request struct {
	ID      string // X-Request-Id
	Lang    string // vi or en
	Addr    string // client address, of IPv6 the network
	Agent   string // User-Agent, shortened
	Account string // who is signed in: a Person or Staff; empty for nobody
	Session string
	Staff   *models.Staff // nil for a citizen

	Page     bool          // a person looks at it in a browser
	Roles    []models.Role // of staff at a page: all that they have; Staff has those acted in
	ActingAs models.Role   // of staff at a page: the role chosen; empty: all
}

type requestKey struct{}

// of returns the request that ctx belongs to.
func of(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return &request{Lang: "vi"}
}

// actor returns the signed-in account as the one who acts.
func (r *request) actor() models.Actor {
	if r.Staff != nil {
		return r.Staff.Actor()
	}
	return models.Actor{ID: r.Account}
}
