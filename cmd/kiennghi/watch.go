package main

import (
	"context"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"

	"kiennghi/circuit"
	"kiennghi/handlers"
)

const (
	watchAfter = 3               // failures in a row
	watchPause = time.Second     // then it is asked whether it is back
	watchLimit = 5 * time.Second // that the answer may take
	deleting   = 20 * time.Second
)

// watch returns the circuit of a neighbour that is asked by ask while it is left alone, and
// puts it on the metric.
func (p *program) watch(channel string, ask func(context.Context) error) *circuit.Watched {
	w := &circuit.Watched{Circuit: circuit.Circuit{After: watchAfter, Pause: watchPause}, Ask: ask, Limit: watchLimit}
	// Whoever reads the metric has it asked: at night there may be no other caller.
	p.metrics.MustRegister(circuitMetric(channel, func() bool { return !w.Closed() }))
	p.closers = append(p.closers, func() error { w.Wait(); return nil })
	return w
}

// askBucket returns what asks the bucket, left alone, for a file that nobody has.
func askBucket(b *blob.Bucket) func(context.Context) error {
	return func(ctx context.Context) error {
		if _, err := b.Exists(ctx, "asked-for"); !handlers.BucketAnswered(err) {
			return err
		}
		return nil
	}
}

// deleteFile removes an object, or finds that it is gone.
func (p *program) deleteFile(ctx context.Context, key string) error {
	if !p.circuits.bucket.Closed() {
		return handlers.ErrBucketAway
	}
	limited, cancel := context.WithTimeout(ctx, deleting)
	defer cancel()
	err := p.bucket.Delete(limited, key)
	if ctx.Err() == nil {
		p.circuits.bucket.Leave(handlers.BucketAnswered(err))
	}
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil
	}
	return err
}
