package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// neighbour is the way from the program to a service that it needs, with faults on it.
type neighbour struct {
	addr  string // of the proxy
	proxy *toxiproxy.Proxy
	hole  func() // ends a black hole
}

var toxic = func() *toxiproxy.ApiServer {
	zerolog.SetGlobalLevel(zerolog.Disabled)
	return toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
}()

// newNeighbour puts a proxy in front of the service at upstream, host:port.
func newNeighbour(t *testing.T, upstream string) *neighbour {
	t.Helper()
	n := &neighbour{proxy: toxiproxy.NewProxy(toxic, t.Name(), "127.0.0.1:0", upstream)}
	if err := n.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	n.addr = n.proxy.Listen
	t.Cleanup(func() { n.heal(t); n.proxy.Stop() })
	return n
}

// faults are what can happen on the way. Those that only slow down come first.
var faults = []string{"latency", "bandwidth", "reset", "cut", "half-open", "black hole", "down"}

// slows reports whether everything still works under a fault.
func slows(fault string) bool { return fault == "latency" }

// fault makes a fault happen.
func (n *neighbour) fault(t *testing.T, fault string) {
	t.Helper()
	add := func(kind, stream, attributes string) {
		t.Helper()
		_, err := n.proxy.Toxics.AddToxicJson(strings.NewReader(
			fmt.Sprintf(`{"name":"%s-%s","type":%q,"stream":%q,"attributes":{%s}}`, kind, stream, kind, stream, attributes)))
		if err != nil {
			t.Fatal(err)
		}
	}
	switch fault {
	case "latency": // with jitter, in both directions
		add("latency", "upstream", `"latency":20,"jitter":10`)
		add("latency", "downstream", `"latency":20,"jitter":10`)
	case "bandwidth": // 1 KB/s
		add("bandwidth", "upstream", `"rate":1`)
		add("bandwidth", "downstream", `"rate":1`)
	case "reset": // TCP reset as soon as something is sent
		add("reset_peer", "upstream", `"timeout":0`)
		add("reset_peer", "downstream", `"timeout":0`)
	case "cut": // the connection ends within the answer
		add("limit_data", "downstream", `"bytes":5`)
	case "half-open": // connections stand, nothing comes through
		add("timeout", "upstream", `"timeout":0`)
		add("timeout", "downstream", `"timeout":0`)
	case "black hole": // as half-open, and new connections are not answered either
		n.proxy.Stop()
		n.hole = blackHole(t, n.addr)
	case "down": // connections are refused
		n.proxy.Stop()
	default:
		t.Fatalf("no fault %q", fault)
	}
}

// heal ends every fault.
func (n *neighbour) heal(t *testing.T) {
	t.Helper()
	if n.hole != nil {
		n.hole()
		n.hole = nil
	}
	n.proxy.Toxics.ResetToxics(context.Background())
	for end := time.Now().Add(5 * time.Second); !n.proxy.Enabled; time.Sleep(10 * time.Millisecond) {
		err := n.proxy.Start()
		if err != nil && time.Now().After(end) {
			t.Errorf("the proxy does not come back: %v", err)
			return
		}
	}
}

// blackHole listens at an address with a queue that is full, so that the kernel drops
// what asks for a connection. It returns how to end it.
func blackHole(t *testing.T, addr string) func() {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp4", addr)
	if err != nil {
		t.Fatal(err)
	}
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	in := &syscall.SockaddrInet4{Port: a.Port, Addr: [4]byte(a.IP.To4())}
	err = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	if err == nil {
		err = syscall.Bind(fd, in)
	}
	if err == nil {
		err = syscall.Listen(fd, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	var fill []net.Conn
	for range 3 {
		if c, err := net.DialTimeout("tcp", addr, 100*time.Millisecond); err == nil {
			fill = append(fill, c)
		}
	}
	return func() {
		for _, c := range fill {
			c.Close()
		}
		syscall.Close(fd)
	}
}
