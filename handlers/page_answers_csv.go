package handlers

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
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
// says so, at most csvRows rows, each batch searched for when the reader has taken the one
// before. When that fails half-way the connection breaks off, so that nobody takes a part
// for the whole.
func (s *server) answersCSV(c *fiber.Ctx) error {
	r := of(c.UserContext())
	if err := s.limits.spend(c.UserContext(), "answers.csv "+r.Addr, csvQuota); err != nil {
		return err
	}
	q := askedIn(c).query()
	q.offset, q.limit, q.facets = 0, csvBatch, false
	x := &csvStream{s: s, ctx: context.WithoutCancel(c.UserContext()), conn: c.Context().Conn(), q: q, seen: map[string]bool{}}
	x.buf.WriteString("\uFEFF")
	x.write(csvColumns)
	if err := x.more(); err != nil { // while a page can still say so
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, attachmentNamed("cau-tra-loi-"+s.Now().In(models.VietNam).Format(time.DateOnly)+".csv"))
	c.Set("X-Robots-Tag", "noindex")
	c.Context().SetBodyStream(x, -1)
	return nil
}

// csvStream makes a table as it is read.
type csvStream struct {
	s    *server
	ctx  context.Context
	conn net.Conn
	q    answerQuery // its offset moves on
	seen map[string]bool
	buf  bytes.Buffer
	end  bool
}

// Read lets the client take its time as long as it takes something.
func (x *csvStream) Read(p []byte) (int, error) {
	x.conn.SetWriteDeadline(time.Now().Add(uploadPause))
	for x.buf.Len() == 0 {
		if x.end {
			return 0, io.EOF
		}
		if err := x.more(); err != nil {
			x.s.Log.Warn("a table of answers broke off", "error", err.Error())
			return 0, err
		}
	}
	return x.buf.Read(p)
}

// more makes the rows of the next batch. An answer that was published meanwhile moves the
// others on: none is written twice.
func (x *csvStream) more() error {
	ctx, cancel := context.WithTimeout(x.ctx, timeout)
	defer cancel()
	answers, result, err := x.s.findAnswers(ctx, x.q)
	if err != nil {
		return err
	}
	x.q.offset += x.q.limit
	x.end = x.q.offset >= min(result.Total, csvRows, search.MaxDepth) || len(result.Hits) == 0
	lang := of(x.ctx).Lang
	for _, a := range answers {
		if x.seen[a.ID] {
			continue
		}
		x.seen[a.ID] = true
		commune, _ := x.s.Ref.Places.Commune(a.Commune)
		x.write([]string{a.Code, x.s.PublicURL + "/answers/" + a.Code, a.Title, a.Body, a.Reply, a.Agency, x.s.agencyName(a.Agency, lang),
			x.s.fieldName(a.Field, lang), x.s.provinceName(a.Province, lang), commune.Name, csvTime(a.CreatedAt), csvTime(a.SentAt), csvTime(a.PublishedAt),
			a.OfficialNumber, a.OfficialDate})
	}
	return nil
}

// write adds a row.
func (x *csvStream) write(row []string) {
	for i := range row {
		row[i] = harmlessCell(row[i])
	}
	w := csv.NewWriter(&x.buf)
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
