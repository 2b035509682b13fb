package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"kiennghi/models"
)

// clamd speaks as much of clamd's protocol as INSTREAM needs: it finds what contains
// "EICAR", and refuses what contains "BIG".
func clamd(t *testing.T) string {
	t.Helper()
	return serve(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		command, _ := r.ReadString(0)
		var content strings.Builder
		for n := uint32(1); n > 0; {
			if binary.Read(r, binary.BigEndian, &n) != nil {
				return
			}
			io.CopyN(&content, r, int64(n))
		}
		answer := "stream: OK"
		switch {
		case command != "zINSTREAM\x00":
			answer = "UNKNOWN COMMAND"
		case strings.Contains(content.String(), "EICAR"):
			answer = "stream: Eicar-Test-Signature FOUND"
		case strings.Contains(content.String(), "BIG"):
			answer = "INSTREAM size limit exceeded. ERROR"
		}
		io.WriteString(conn, answer+"\x00")
	})
}

func TestScanner(t *testing.T) {
	t.Parallel()
	scan := scanner(clamd(t))
	long := strings.Repeat("ảnh", 50_000)
	for name, test := range map[string]struct {
		content string
		want    models.ErrorKind
	}{
		"clean":    {long, ""},
		"empty":    {"", ""},
		"infected": {long + "EICAR" + long, models.KindInvalid},
		"too big":  {"BIG", models.KindUnavailable},
	} {
		err := scan(t.Context(), strings.NewReader(test.content))
		if test.want == "" && err != nil || test.want != "" && models.ErrorKindOf(err) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	away := scanner("127.0.0.1:1")
	if err := away(t.Context(), strings.NewReader("x")); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("clamd is away: %v", err)
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	here := &Config{FCMEndpoint: "http://" + clamd(t)}
	if err := reachable(here.pushAddress())(t.Context()); err != nil {
		t.Error(err)
	}
	if err := reachable("127.0.0.1:1")(t.Context()); err == nil {
		t.Error("nobody is there, but it is reachable")
	}
	for endpoint, want := range map[string]string{
		"": "fcm.googleapis.com:443", "https://push.example": "push.example:443", "http://127.0.0.1:9099/v1": "127.0.0.1:9099",
	} {
		if got := (&Config{FCMEndpoint: endpoint}).pushAddress(); got != want {
			t.Errorf("%q: %s, want %s", endpoint, got, want)
		}
	}
}
