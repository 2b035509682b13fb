package handlers

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"gocloud.dev/blob"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

// Options is everything the handlers need from outside.
type Options struct {
	Store     store.Store
	Index     search.Index
	Bucket    *blob.Bucket // bytes of uploads
	Ref       *models.Reference
	Keyring   *models.Keyring
	PublicURL string   // without a slash at the end
	RateLimit bool     // false only for benchmarks
	Proxies   []string // addresses whose X-Forwarded-For is believed
	Tracing   bool
	Log       *slog.Logger
	Metrics   prometheus.Registerer
	Now       func() time.Time                             // models.Now in production
	Wake      func()                                       // tells the workers of this process that there is work; may do nothing
	Push      func(ctx context.Context) error              // is the push service reachable? nil error when it is the outbox
	Scan      func(ctx context.Context, r io.Reader) error // virus scanner; nil: none configured
}
