package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/web"
)

const (
	csvRows  = 5000 // answers in one file, at most
	csvBatch = 100
)

// csvQuota is how many files one address gets: each is many searches.
var csvQuota = quota{20, time.Minute}

// csvColumns are the names of the columns. They are the same in every language, so that a
// program that reads the file needs no other one.
var csvColumns = []string{"code", "address", "title", "question", "answer", "agency_code", "agency", "field", "province", "commune",
	"asked_at", "answered_at", "published_at", "official_number", "official_date"}

// answersCSV sends a search as a table, for Excel and for programs: UTF-8 with a mark that
// says so, at most csvRows rows.
func (s *server) answersCSV(c *fiber.Ctx) error {
	r := of(c.UserContext())
	if err := s.limits.spend(c.UserContext(), "answers.csv "+r.Addr, csvQuota); err != nil {
		return err
	}
	q := askedIn(c).query()
	q.offset, q.limit, q.facets = 0, csvBatch, false
	seen := map[string]bool{} // an answer that is published meanwhile moves the others on: none is written twice
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, attachmentNamed("cau-tra-loi-"+s.Now().In(models.VietNam).Format(time.DateOnly)+".csv"))
	c.Set("X-Robots-Tag", "noindex")
	return s.sendPulled(c, func(ctx context.Context, b *bytes.Buffer) (end bool, err error) {
		if q.offset == 0 {
			b.WriteString("\uFEFF")
			writeCSV(b, csvColumns)
		}
		list, result, err := s.findAnswers(ctx, q)
		if err != nil {
			return false, err
		}
		answers, err := s.whole(ctx, list)
		if err != nil {
			return false, err
		}
		for _, a := range answers {
			if !seen[a.ID] {
				seen[a.ID] = true
				writeCSV(b, s.csvRow(a, r.Lang))
			}
		}
		q.offset += q.limit
		return q.offset >= min(result.Total, csvRows, search.MaxDepth), nil
	})
}

func (s *server) csvRow(a models.Answer, lang string) []string {
	return []string{a.Code, s.PublicURL + "/answers/" + a.Code, a.Title, a.Body, web.ReplyText(a.Reply), a.Agency, s.agencyName(a.Agency, lang),
		s.fieldName(a.Field, lang), s.provinceName(a.Province, lang), s.communeName(a.Commune, lang), csvTime(a.CreatedAt), csvTime(a.SentAt), csvTime(a.PublishedAt),
		a.OfficialNumber, a.OfficialDate}
}

// writeCSV adds a row.
func writeCSV(b *bytes.Buffer, row []string) {
	for i := range row {
		row[i] = harmlessCell(row[i])
	}
	w := csv.NewWriter(b)
	w.UseCRLF = true
	_ = w.Write(row) // a buffer takes everything
	w.Flush()
}

// harmlessCell keeps a spreadsheet from taking a text for a formula, which could send what
// else is in the sheet elsewhere: an apostrophe before it makes it a text.
func harmlessCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		return "'" + s
	}
	return s
}

func csvTime(t time.Time) string { return t.In(models.VietNam).Format("2006-01-02 15:04:05") }
