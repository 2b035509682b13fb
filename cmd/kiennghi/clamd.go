package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"kiennghi/models"
)

const (
	clamdDial  = 3 * time.Second
	clamdPause = 10 * time.Second // that clamd may take no bytes
	clamdLooks = 20 * time.Second // that it may take to tell once it has them all
)

// scanner returns a function that sends what it reads to clamd (INSTREAM) and answers nil
// when it is clean, KindInvalid with the code infected when it is not and not_scanned when
// there is more of it than clamd is set to look through, and ErrUnavailable when clamd
// cannot tell.
func scanner(address string) func(ctx context.Context, r io.Reader) error {
	return func(ctx context.Context, r io.Reader) error {
		verdict, err := scan(ctx, address, r)
		if err != nil {
			return models.Wrap(models.KindUnavailable, fmt.Errorf("clamd: %w", err))
		}
		return judge(verdict)
	}
}

// What clamd says of what it did not look through: more than StreamMaxLength, and, with
// AlertExceedsMax, more than the limits of what is unpacked.
const (
	tooLong  = "INSTREAM size limit exceeded. ERROR"
	tooLarge = "Heuristics.Limits.Exceeded"
)

// judge says of clamd's verdict what scanner does.
func judge(verdict string) error {
	switch {
	case clean(verdict):
		return nil
	case verdict == tooLong, found(verdict) && strings.Contains(verdict, tooLarge):
		return models.Invalid([]models.FieldError{{Field: "file", Code: "not_scanned"}})
	case found(verdict):
		return models.Invalid([]models.FieldError{{Field: "file", Code: "infected"}})
	}
	return models.Wrap(models.KindUnavailable, errors.New("clamd: "+verdict))
}

func clean(verdict string) bool { return strings.HasSuffix(verdict, " OK") }
func found(verdict string) bool { return strings.HasSuffix(verdict, " FOUND") }

// askScanner returns what asks clamd, left alone, for a verdict: that it is there says
// little of one that has no memory left to look with.
func askScanner(address string) func(context.Context) error {
	look := scanner(address)
	return func(ctx context.Context) error { return look(ctx, strings.NewReader("x")) }
}

// scan returns clamd's verdict. One that it gives before it has everything counts, unless it
// is that all is well: it hangs up on what is longer than it takes.
func scan(ctx context.Context, address string, r io.Reader) (string, error) {
	d := net.Dialer{Timeout: clamdDial}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	var verdict string
	var early error
	told := make(chan struct{})
	go func() {
		defer close(told)
		verdict, early = readVerdict(conn)
	}()
	err = sendTo(conn, r, told)
	if errors.As(err, new(readError)) {
		return "", err
	}
	if err == nil {
		conn.SetReadDeadline(time.Now().Add(clamdLooks))
	} // else what it said is on its way, or the deadline of the bytes is near
	<-told
	if err != nil && (early != nil || clean(verdict)) {
		return "", err
	}
	return verdict, early
}

// readError is an error of what is to be scanned, not of clamd.
type readError struct{ error }

// sendTo sends what it reads until it is told, which is an error then.
func sendTo(conn net.Conn, r io.Reader, told <-chan struct{}) error {
	w := bufio.NewWriter(conn)
	w.WriteString("zINSTREAM\x00")
	chunk := make([]byte, 32<<10)
	for {
		n, err := r.Read(chunk)
		conn.SetDeadline(time.Now().Add(clamdPause))
		select {
		case <-told:
			return errors.New("it answered before it had everything")
		default:
		}
		if n > 0 {
			binary.Write(w, binary.BigEndian, uint32(n))
			if _, err := w.Write(chunk[:n]); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return readError{err}
		}
	}
	binary.Write(w, binary.BigEndian, uint32(0))
	return w.Flush()
}

// maxVerdict is the longest answer that is read, in bytes.
const maxVerdict = 4 << 10

// readVerdict reads an answer up to the zero byte that ends it. One that is cut off is none: the
// name of what was found may be behind what arrived.
func readVerdict(r io.Reader) (string, error) {
	verdict, err := bufio.NewReader(io.LimitReader(r, maxVerdict)).ReadString(0)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return strings.TrimSuffix(verdict, "\x00"), err
}
