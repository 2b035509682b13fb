package bleve_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"kiennghi/knowledge"
	"kiennghi/search"
	"kiennghi/search/bleve"
)

// size is how many documents the benchmarks search in: KIENNGHI_BENCH_DOCS, or 20,000.
func size() int {
	if n, err := strconv.Atoi(os.Getenv("KIENNGHI_BENCH_DOCS")); err == nil {
		return n
	}
	return 20_000
}

// letters makes documents out of the phrases that people use, about 200 words each.
func letters(n int) []search.Document {
	var phrases []string
	for _, r := range knowledge.Remits() {
		phrases = append(phrases, r.Examples...)
	}
	communes, fields := knowledge.Communes(), knowledge.Fields()
	r := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	docs := make([]search.Document, n)
	for i := range docs {
		c, f := communes[r.IntN(len(communes))], fields[r.IntN(len(fields))]
		var body, reply strings.Builder
		for range 8 + r.IntN(12) {
			body.WriteString(phrases[r.IntN(len(phrases))] + ". ")
		}
		for range 4 + r.IntN(8) {
			reply.WriteString(phrases[r.IntN(len(phrases))] + ". ")
		}
		docs[i] = search.Document{
			ID: fmt.Sprintf("%032x", i), Title: phrases[r.IntN(len(phrases))] + " ở " + c.Name,
			Body: body.String() + "Địa chỉ: " + c.Name + ", số " + strconv.Itoa(r.IntN(2000)), Reply: reply.String(),
			Agency: f.Department + "-" + c.Province, Scope: []string{f.Department + "-" + c.Province, "ubnd-" + c.Province, "vpcp"},
			Field: f.Slug, Province: c.Province, Status: "answered", Kind: "feedback", Public: i%3 > 0,
			Date: start.Add(time.Duration(i) * 90 * time.Minute),
		}
	}
	return docs
}

// cpu returns the processor time that the process has used.
func cpu() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var queries = []string{
	"mất điện", "den duong hu hong", "o ga", "giao thonng", "lam thu dau nam", "căn cước công dân chưa có", "ngập nước đường", "rac",
	"Hàng xóm hát karaoke loa kéo đến nửa đêm", "quốc lộ hư hỏng", `"phí bảo trì"`, "x", "Phường Ba Đình", "tôi muốn hỏi về thủ tục cấp lại sổ đỏ bị mất",
}

func Benchmark(b *testing.B) {
	dir := b.TempDir()
	x, err := bleve.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	docs := letters(size())
	began := time.Now()
	err = x.Rebuild(b.Context(), func(put func(...search.Document) error) error { return put(docs...) })
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d documents indexed in %v", len(docs), time.Since(began))
	facets := []search.Facet{search.FacetAgency, search.FacetField, search.FacetProvince, search.FacetYear}
	ask := func(q search.Query) func(*testing.B) {
		return func(b *testing.B) {
			var slowest time.Duration
			i, used := 0, cpu()
			for b.Loop() {
				if q.Text != "" {
					q.Text = queries[i%len(queries)]
				}
				i++
				at := time.Now()
				if _, err := x.Search(b.Context(), q); err != nil {
					b.Fatal(err)
				}
				slowest = max(slowest, time.Since(at))
			}
			b.ReportMetric(float64((cpu()-used).Microseconds())/1000/float64(b.N), "cpu-ms/op") // true on a busy machine too
			b.ReportMetric(float64(slowest.Microseconds())/1000, "slowest-ms")
		}
	}
	b.Run("search with facets", ask(search.Query{Text: "-", Filters: search.Filters{Public: true}, Facets: facets}))
	b.Run("search", ask(search.Query{Text: "-", Filters: search.Filters{Public: true}}))
	b.Run("search newest", ask(search.Query{Text: "-", Sort: search.Newest, Filters: search.Filters{Public: true}}))
	b.Run("no text with facets", ask(search.Query{Filters: search.Filters{Public: true}, Facets: facets}))
	b.Run("no text", ask(search.Query{Filters: search.Filters{Public: true}}))
	b.Run("desk list", ask(search.Query{Text: "-", Filters: search.Filters{Scope: "ubnd-79"}}))
	for _, q := range queries {
		b.Run("query "+q, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Search(b.Context(), search.Query{Text: q, Filters: search.Filters{Public: true}, Facets: facets}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	letter := strings.Repeat(docs[7].Body+" ", 5)
	b.Run("similar", func(b *testing.B) {
		for b.Loop() {
			if _, err := x.Similar(b.Context(), letter, search.Filters{Public: true}, 10); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("suggest", func(b *testing.B) {
		for b.Loop() {
			if _, err := x.Suggest(b.Context(), "duong h", 8); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, n := range []int{1, 500} {
		b.Run(fmt.Sprintf("put %d", n), func(b *testing.B) {
			at := 0
			for b.Loop() {
				if err := x.Put(b.Context(), docs[at:at+n]...); err != nil {
					b.Fatal(err)
				}
				at = (at + n) % (len(docs) - n)
			}
		})
	}
}
