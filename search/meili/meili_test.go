package meili_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/search/meili"
	"kiennghi/search/meili/meilitest"
	"kiennghi/search/searchtest"
)

func open(t *testing.T, address, key string) *meili.Index {
	t.Helper()
	x, err := meili.Open(t.Context(), address, key, "test-"+models.NewID(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func TestContract(t *testing.T) {
	address, key := meilitest.Start(t)
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t, address, key) })
}

func TestWrongKey(t *testing.T) {
	address, _ := meilitest.Start(t)
	if _, err := meili.Open(t.Context(), address, "wrong", "test", nil); err == nil {
		t.Error("a wrong key is refused at once")
	}
	for _, bad := range []string{"", "localhost:7700", "ftp://x", "http://"} {
		if _, err := meili.Open(t.Context(), bad, "", "test", nil); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}

// The server may be away when the program starts, and drop a connection later.
func TestServerAway(t *testing.T) {
	address, key := meilitest.Start(t)
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	var away, drop atomic.Int32
	away.Store(1)
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if away.Load() == 1 || drop.Add(-1) >= 0 {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				conn.Close()
			}
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()

	x := open(t, front.URL, key)
	if _, err := x.Search(t.Context(), search.Query{}); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("search while the server is away: %v", err)
	}
	if err := x.Ready(t.Context()); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("ready while the server is away: %v", err)
	}
	away.Store(0)
	if err := x.Put(t.Context(), search.Document{ID: "a", Title: "Đèn đường"}); err != nil {
		t.Fatal("put when it is back:", err)
	}
	drop.Store(1)
	r, err := x.Search(t.Context(), search.Query{Text: "den duong"})
	if err != nil || r.Total != 1 {
		t.Errorf("one dropped connection is not seen: %d hits, %v", r.Total, err)
	}
}
