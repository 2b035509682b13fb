package handlers

import (
	"context"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
)

// Healthz says that the process is alive. It asks nobody.
func (s *server) Healthz(context.Context, api.HealthzRequestObject) (api.HealthzResponseObject, error) {
	return api.Healthz200JSONResponse{Status: api.HealthStatusOk}, nil
}

// Readyz says whether requests can be served: the store must be there; search and push
// are reported but not required, since intake works without them. A process that was told
// to stop is unready before it stops listening, so that a balancer sends nobody there.
func (s *server) Readyz(ctx context.Context, _ api.ReadyzRequestObject) (api.ReadyzResponseObject, error) {
	v := s.ready.look(func() api.Readiness { return s.readiness(ctx) })
	if v.Store == api.ComponentStateDown || s.stopping() {
		v.Status = api.ReadinessStatusUnready
		return api.Readyz503JSONResponse(v), nil
	}
	return api.Readyz200JSONResponse(v), nil
}

// lastReady is what was last found, so that anybody may ask as often as they like:
// looking writes to the store, and these questions have no rate limit.
type lastReady struct {
	mu sync.Mutex
	at time.Time // when it was begun
	v  api.Readiness
}

func (l *lastReady) look(anew func() api.Readiness) api.Readiness {
	asked := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if asked.Sub(l.at) > 200*time.Millisecond { // those who waited meanwhile share what was begun after they asked
		l.at = time.Now()
		l.v = anew()
	}
	return l.v
}

// readiness asks all parts.
func (s *server) readiness(ctx context.Context) api.Readiness {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second) // others wait for the answer too
	defer cancel()
	v := api.Readiness{Status: api.ReadinessStatusReady, Store: api.ComponentStateOk, Search: api.ComponentStateOk, Push: api.ComponentStateOff}
	var others sync.WaitGroup // side by side: what is not required takes no time from what is
	others.Go(func() {
		if err := s.Index.Ready(ctx); err != nil {
			v.Search = api.ComponentStateDown
		}
	})
	if s.Push != nil {
		others.Go(func() {
			v.Push = api.ComponentStateOk
			if err := s.Push(ctx); err != nil {
				v.Push = api.ComponentStateDown
			}
		})
	}
	err := s.Store.Ping(ctx)
	if err == nil {
		n, e := s.Store.CountWork(ctx)
		v.Work, err = api.WorkCounts{Pending: n.Pending, Parked: n.Parked}, e
	}
	others.Wait()
	if err != nil {
		v.Store = api.ComponentStateDown
	}
	return v
}

// stopping reports whether the process was told to stop.
func (s *server) stopping() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// docsPolicy lets the page of the API documentation load its own scripts and styles.
// They are embedded; nothing comes from elsewhere.
func docsPolicy(c *fiber.Ctx) error {
	c.Set("Content-Security-Policy", "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'")
	c.Set("Cache-Control", cacheReference)
	return c.Next()
}
