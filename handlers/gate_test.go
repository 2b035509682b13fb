package handlers

import (
	"strings"
	"testing"

	"kiennghi/models"
)

// TestHeadIsGuardedAsGet asks every readable address with HEAD, which the generated
// routes answer as well: who may not read it may not learn its length either.
func TestHeadIsGuardedAsGet(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	for id, sample := range samples {
		if sample.method != "GET" {
			continue
		}
		path := strings.NewReplacer("{id}", f.ID, "{code}", f.Code, "{upload}", models.DeriveID("no upload")).Replace(sample.path)
		for _, token := range []string{"", hoa, lan} {
			if id == "streamEvents" && token != "" {
				continue // it stays open
			}
			get := h.call("GET", path, token, nil, sample.headers...)
			res, err := h.client.Do(h.request(h.url, "HEAD", path, token, nil, sample.headers...))
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != get.status {
				t.Errorf("HEAD %s: %d, but GET %d", path, res.StatusCode, get.status)
			}
			if strings.HasPrefix(path, "/v1/") && res.Header.Get("RateLimit-Limit") == "" {
				t.Errorf("HEAD %s is not counted", path)
			}
		}
	}
	for path, want := range map[string]int{"/v1/answers?limit=5000": 400, "/v1/events": 200} {
		res, err := h.client.Do(h.request(h.url, "HEAD", path, lan, nil))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("HEAD %s: %d, want %d", path, res.StatusCode, want)
		}
	}
}
