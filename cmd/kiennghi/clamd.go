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

// scanner returns a function that sends what it reads to clamd (INSTREAM) and answers
// nil when it is clean, KindInvalid when it is not, and ErrUnavailable when clamd
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

// judge says of clamd's verdict what scanner does.
func judge(verdict string) error {
	switch {
	case strings.HasSuffix(verdict, " OK"):
		return nil
	case strings.HasSuffix(verdict, " FOUND"):
		return models.Invalid([]models.FieldError{{Field: "file", Code: "infected"}})
	}
	return models.Wrap(models.KindUnavailable, errors.New("clamd: "+verdict))
}

// askScanner returns what asks clamd, left alone, for a verdict: that it is there says
// little of one that has no memory left to look with.
func askScanner(address string) func(context.Context) error {
	look := scanner(address)
	return func(ctx context.Context) error { return look(ctx, strings.NewReader("x")) }
}

func scan(ctx context.Context, address string, r io.Reader) (string, error) {
	d := net.Dialer{Timeout: clamdDial}
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	w := bufio.NewWriter(conn)
	w.WriteString("zINSTREAM\x00")
	chunk := make([]byte, 32<<10)
	for {
		n, err := r.Read(chunk)
		conn.SetDeadline(time.Now().Add(clamdPause))
		if n > 0 {
			binary.Write(w, binary.BigEndian, uint32(n))
			w.Write(chunk[:n])
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return "", err
		}
	}
	binary.Write(w, binary.BigEndian, uint32(0))
	if err := w.Flush(); err != nil {
		return "", err
	}
	conn.SetDeadline(time.Now().Add(clamdLooks))
	return readVerdict(conn)
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
