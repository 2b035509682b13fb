package handlers

import (
	"context"
	"errors"

	"kiennghi/models"
)

// ErrBucketAway says that the bucket's circuit is open.
var ErrBucketAway = models.Wrap(models.KindUnavailable, errors.New("the bucket has failed again and again and is left alone until it answers"))

var errScannerAway = models.Wrap(models.KindUnavailable, errors.New("the virus scanner has failed again and again and is left alone until it answers"))

// filesAway returns an error while no file can be taken, so that none is received in vain.
func (s *server) filesAway() error {
	switch {
	case !s.BucketCircuit.Closed():
		return ErrBucketAway
	case !s.ScanCircuit.Closed():
		return errScannerAway
	}
	return nil
}

// BucketAnswered reports whether an error of the bucket, or none, is an answer that it
// gave: one that the file is not there, or that it may not be read, is.
func BucketAnswered(err error) bool {
	var answer interface{ HTTPStatusCode() int }
	return err == nil || errors.As(err, &answer) && answer.HTTPStatusCode()/100 == 4
}

// leaveBucket takes down how a call to the bucket went. A caller who did not wait says
// nothing of it.
func (s *server) leaveBucket(ctx context.Context, err error) {
	if answered := BucketAnswered(err); answered || !errors.Is(ctx.Err(), context.Canceled) {
		s.BucketCircuit.Leave(answered)
	}
}
