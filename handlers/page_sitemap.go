package handlers

import (
	"bytes"
	"context"
	"encoding/xml"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/search"
	"kiennghi/store"
)

const (
	sitemapMax   = 50000 // addresses in one file, as the protocol says
	sitemapSplit = 40000 // a month with more answers has a file for each day: the index may be a little behind
	sitemapBatch = 100
)

const urlset = xml.Header + `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"

// robotsTxt says what search engines should leave alone: everything of one person, and
// searches, of which there are endlessly many. Answers are found through the sitemap.
func (s *server) robotsTxt(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, cacheReference)
	return c.SendString("User-agent: *\nDisallow: /console\nDisallow: /my\nDisallow: /signin\nDisallow: /submit\nDisallow: /track\nDisallow: /v1/\n" +
		"Disallow: /answers?\nDisallow: /answers.csv\nDisallow: /agencies?\n\nSitemap: " + s.PublicURL + "/sitemap.xml\n")
}

// sitemapIndex lists the sitemaps: one of the fixed pages and agencies, and of the
// published answers one for each month that has any.
func (s *server) sitemapIndex(c *fiber.Ctx) error {
	parts, err := s.maps.get("", func() ([]string, error) { return s.sitemapParts(c.UserContext()) })
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString(xml.Header + `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n")
	for _, part := range append([]string{"pages"}, parts...) {
		b.WriteString("<sitemap><loc>")
		_ = xml.EscapeText(&b, []byte(s.PublicURL+"/sitemap-"+part+".xml")) // a buffer takes everything
		b.WriteString("</loc></sitemap>\n")
	}
	b.WriteString("</sitemapindex>\n")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, cacheReference)
	return c.Send(b.Bytes())
}

// sitemapParts lists the months in which answers were published that are public now, a
// month with very many as its days.
func (s *server) sitemapParts(ctx context.Context) ([]string, error) {
	public := search.Filters{Public: true}
	all, err := s.Index.Search(ctx, search.Query{Filters: public, Facets: []search.Facet{search.FacetYear}, Limit: 1})
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, year := range all.Facets[search.FacetYear] {
		y, err := strconv.Atoi(year.Value)
		if err != nil {
			continue
		}
		for m := time.January; m <= time.December; m++ {
			month := time.Date(y, m, 1, 0, 0, 0, 0, models.VietNam)
			public.From, public.To = month, month.AddDate(0, 1, 0)
			r, err := s.Index.Search(ctx, search.Query{Filters: public, Limit: 1})
			if err != nil {
				return nil, err
			}
			if r.Total > sitemapSplit {
				for day := month; day.Before(public.To); day = day.AddDate(0, 0, 1) {
					parts = append(parts, day.Format(time.DateOnly))
				}
			} else if r.Total > 0 {
				parts = append(parts, month.Format("2006-01"))
			}
		}
	}
	return parts, nil
}

// sitemap sends one sitemap.
func (s *server) sitemap(c *fiber.Ctx) error {
	part := c.Params("part")
	if part == "pages" {
		return s.sitemapPages(c)
	}
	from, err := time.ParseInLocation("2006-01", part, models.VietNam)
	to := from.AddDate(0, 1, 0)
	if err != nil {
		from, err = time.ParseInLocation(time.DateOnly, part, models.VietNam)
		to = from.AddDate(0, 0, 1)
	}
	if err != nil {
		return models.ErrNotFound
	}
	r := of(c.UserContext())
	if err := s.limits.spend(c.UserContext(), "sitemap "+r.Addr, quota{60, time.Minute}); err != nil {
		return err
	}
	next := store.Cursor{List: "f" + string(store.ByPublishedDesc), Key: to.UnixMilli()}.String() // behind everything later
	n := 0
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, cacheReference)
	return s.sendPulled(c, func(ctx context.Context, b *bytes.Buffer) (end bool, err error) {
		page, err := s.Store.ListFeedback(ctx, store.FeedbackQuery{All: true, Published: true, Sort: store.ByPublishedDesc, Limit: sitemapBatch, Next: next})
		if err != nil {
			return false, err
		}
		if n == 0 {
			b.WriteString(urlset)
		}
		for _, row := range page.Items {
			if n++; row.PublishedAt.Before(from) || n > sitemapMax {
				page.Next = ""
				break
			}
			b.WriteString("<url><loc>" + s.PublicURL + "/answers/" + row.Code + "</loc><lastmod>" + row.PublishedAt.Format(time.RFC3339) + "</lastmod></url>\n")
		}
		next, n = page.Next, max(n, 1)
		if next == "" {
			b.WriteString("</urlset>\n")
		}
		return next == "", nil
	})
}

// sitemapPages lists the pages that are always there, and the agencies.
func (s *server) sitemapPages(c *fiber.Ctx) error {
	paths := []string{"/", "/answers", "/agencies", "/figures", "/help", "/privacy", "/accessibility"}
	for _, a := range s.Ref.Tree.All() {
		paths = append(paths, "/agencies/"+a.Code)
	}
	var b bytes.Buffer
	b.WriteString(urlset)
	for _, path := range paths[:min(len(paths), sitemapMax)] {
		b.WriteString("<url><loc>")
		_ = xml.EscapeText(&b, []byte(s.PublicURL+path))
		b.WriteString("</loc></url>\n")
	}
	b.WriteString("</urlset>\n")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationXMLCharsetUTF8)
	c.Set(fiber.HeaderCacheControl, cacheReference)
	return c.Send(b.Bytes())
}
