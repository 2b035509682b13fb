package handlers

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/models"
)

// locations are the addresses in a sitemap or an index of them.
func locations(t *testing.T, a *answer) []string {
	t.Helper()
	var x struct {
		XMLName xml.Name
		URL     []struct {
			Loc     string `xml:"loc"`
			LastMod string `xml:"lastmod"`
		} `xml:"url"`
		Sitemap []struct {
			Loc string `xml:"loc"`
		} `xml:"sitemap"`
	}
	if err := xml.Unmarshal(a.body, &x); err != nil {
		t.Fatalf("%s: %v\n%.300s", a.what, err, a.body)
	}
	var out []string
	for _, u := range x.URL {
		out = append(out, u.Loc)
		if _, err := time.Parse(time.RFC3339, u.LastMod); err != nil && u.LastMod != "" {
			t.Errorf("lastmod %q", u.LastMod)
		}
	}
	for _, u := range x.Sitemap {
		out = append(out, u.Loc)
	}
	return out
}

// TestSitemap follows the index to every answer that is public, and to no other.
func TestSitemap(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	var want []string
	start := time.Date(2025, 12, 1, 0, 0, 0, 0, models.VietNam)
	for i := range 230 { // 1 December to 13 February, in more than two batches a month
		f := h.publicCase(fmt.Sprintf("Vỉa hè %d", i), start.Add(time.Duration(i)*230*time.Minute), nil)
		want = append(want, h.o.PublicURL+"/answers/"+f.Code)
	}
	last := h.publicCase("Phút cuối của tháng", time.Date(2026, 2, 28, 23, 59, 59, 999e6, models.VietNam), nil)
	want = append(want, h.o.PublicURL+"/answers/"+last.Code)
	back := h.publicCase("Đã gỡ xuống", start, func(f *models.Feedback) { f.Published.Until = &start })
	b := h.browser()
	var got []string
	for _, part := range locations(t, b.get("/sitemap.xml").want(200)) {
		a := b.get(strings.TrimPrefix(part, h.o.PublicURL)).want(200).hasNot(back.Code)
		for _, address := range locations(t, a) {
			if strings.HasPrefix(address, h.o.PublicURL+"/answers/") {
				got = append(got, address)
			}
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%d answers in the sitemap, want %d", len(got), len(want))
	}
	if parts := locations(t, b.get("/sitemap.xml")); len(parts) != 4 { // pages, December, January, February
		t.Errorf("parts %q", parts)
	}
	day := locations(t, b.get("/sitemap-2026-02-28.xml").want(200))
	if len(day) != 1 || day[0] != h.o.PublicURL+"/answers/"+last.Code {
		t.Errorf("one day: %q", day)
	}
	if pages := locations(t, b.get("/sitemap-pages.xml").want(200)); len(pages) < 4000 || len(pages) > sitemapMax {
		t.Errorf("%d pages", len(pages))
	}
	if empty := locations(t, b.get("/sitemap-1999-01.xml").want(200)); len(empty) != 0 {
		t.Errorf("a month without answers: %q", empty)
	}
	for _, nothing := range []string{"/sitemap-2026-13.xml", "/sitemap-x.xml", "/sitemap-2026-02-30.xml", "/sitemap-.xml", "/sitemap-%00.xml"} {
		if got := b.get(nothing).status; got != 404 && got != 400 {
			t.Errorf("%s: %d", nothing, got)
		}
	}
	b.get("/robots.txt").want(200).has("Sitemap: "+h.o.PublicURL+"/sitemap.xml", "Disallow: /console", "Disallow: /my")
}
