package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// target makes the requests of one measurement. next appends a whole HTTP request to
// buf; the random numbers are the connection's own.
type target struct {
	name string
	addr string
	want int // status; 0: any that is no error
	next func(r *rand.Rand, buf []byte) []byte
}

// result is one measurement.
type result struct {
	n, errors int
	seconds   float64
	latency   histogram
	cpu       time.Duration // of the serving process
	problem   string        // the first error
}

func (r *result) rate() float64 { return float64(r.n) / r.seconds }

// client is one connection. It writes prepared bytes and reads an answer with as little
// work as can be, because it runs on the processors that it measures.
type client struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func (c *client) do(request []byte) (status int, err error) {
	if c.conn == nil {
		if c.conn, err = net.DialTimeout("tcp", c.addr, 5*time.Second); err != nil {
			return 0, err
		}
		c.in = bufio.NewReaderSize(c.conn, 32<<10)
	}
	if status, err = c.exchange(request); err != nil {
		c.conn.Close()
		c.conn = nil
	}
	return status, err
}

func (c *client) exchange(request []byte) (int, error) {
	c.conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, errors.New("no HTTP answer")
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return 0, err
	}
	length := -1
	if status == 304 || status == 204 {
		length = 0
	}
	for {
		line, err = c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && length < 0 && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return 0, err
			}
		}
	}
	if length < 0 {
		return 0, errors.New("an answer without a length")
	}
	_, err = c.in.Discard(length)
	return status, err
}

// closed lets each connection ask again as soon as it was answered.
func closed(ctx context.Context, t target, connections int, d time.Duration) *result {
	until := time.Now().Add(d)
	return run(ctx, t, connections, func() (time.Time, bool) {
		now := time.Now()
		return now, now.Before(until)
	})
}

// open sends at a fixed rate, whatever the answers take. A latency counts from the
// moment at which the request was due, so that waiting for a free connection is part
// of it (no coordinated omission).
func open(ctx context.Context, t target, connections int, rate float64, d time.Duration) *result {
	start := time.Now()
	total := int64(rate * d.Seconds())
	var ticket atomic.Int64
	return run(ctx, t, connections, func() (time.Time, bool) {
		n := ticket.Add(1) - 1
		due := start.Add(time.Duration(float64(n) / rate * float64(time.Second)))
		if n >= total {
			return due, false
		}
		if wait := time.Until(due); wait > 0 {
			time.Sleep(wait) // until the request is due
		}
		return due, true
	})
}

func run(ctx context.Context, t target, connections int, next func() (time.Time, bool)) *result {
	out := &result{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for i := range connections {
		wg.Go(func() {
			one := &result{}
			c := &client{addr: t.addr}
			r := rand.New(rand.NewPCG(uint64(start.UnixNano()), uint64(i)))
			var buf []byte
			for ctx.Err() == nil {
				buf = t.next(r, buf[:0])
				due, ok := next()
				if !ok {
					break
				}
				status, err := c.do(buf)
				one.latency.add(time.Since(due))
				one.n++
				if err == nil && (t.want != 0 && status != t.want || status >= 400) {
					err = fmt.Errorf("status %d", status)
				}
				if err != nil {
					one.errors++
					if one.problem == "" {
						one.problem = err.Error()
					}
				}
			}
			if c.conn != nil {
				c.conn.Close()
			}
			mu.Lock()
			defer mu.Unlock()
			out.n += one.n
			out.errors += one.errors
			out.latency.merge(&one.latency)
			if out.problem == "" {
				out.problem = one.problem
			}
		})
	}
	wg.Wait()
	out.seconds = time.Since(start).Seconds()
	return out
}

// fetch makes one request and returns the answer's body, for what is not measured.
func fetch(addr string, request []byte) (int, []byte, error) {
	conn, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return 0, nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err := conn.Write(request); err != nil {
		return 0, nil, err
	}
	in := bufio.NewReader(conn)
	line, err := in.ReadString('\n')
	if err != nil || len(line) < 12 {
		return 0, nil, errors.Join(errors.New("no HTTP answer"), err)
	}
	status, err := strconv.Atoi(line[9:12])
	if err != nil {
		return 0, nil, err
	}
	rest, err := io.ReadAll(in) // the request asks to close
	if err != nil {
		return status, nil, err
	}
	_, body, _ := bytes.Cut(rest, []byte("\r\n\r\n"))
	return status, body, nil
}

// appendGet appends a GET request.
func appendGet(buf []byte, path, token, more string) []byte {
	buf = append(buf, "GET "...)
	buf = append(buf, path...)
	buf = append(buf, " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mgov/2\r\n"...)
	if token != "" {
		buf = append(buf, "Authorization: Bearer "...)
		buf = append(buf, token...)
		buf = append(buf, "\r\n"...)
	}
	buf = append(buf, more...)
	return append(buf, "\r\n"...)
}

// appendPost appends a POST request with a JSON body.
func appendPost(buf []byte, path, token, more string, body []byte) []byte {
	buf = append(buf, "POST "...)
	buf = append(buf, path...)
	buf = append(buf, " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mgov/2\r\nContent-Type: application/json\r\nContent-Length: "...)
	buf = strconv.AppendInt(buf, int64(len(body)), 10)
	buf = append(buf, "\r\n"...)
	if token != "" {
		buf = append(buf, "Authorization: Bearer "...)
		buf = append(buf, token...)
		buf = append(buf, "\r\n"...)
	}
	buf = append(buf, more...)
	buf = append(buf, "\r\n"...)
	return append(buf, body...)
}
