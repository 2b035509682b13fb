package web

import (
	"html"
	"regexp"
	"strconv"
	"strings"
)

// ReplyText writes an answer as plain text, for tables and summaries: what ReplyHTML
// understands is without its marks, items of lists have a dash or their number, and the
// address of a link follows its words in brackets. Lines end in "\n", the last one in none.
func ReplyText(reply string) string {
	var b strings.Builder
	var lists []int // of those that are open: the number of the last item, -1 without numbers
	var href string
	from, label := 0, 0
	page := string(ReplyHTML(reply)) // every "<" in it begins a tag of its own
	for _, at := range replyTags.FindAllStringSubmatchIndex(page, -1) {
		b.WriteString(html.UnescapeString(page[from:at[0]]))
		tag, attributes := page[at[2]:at[3]], page[at[4]:at[5]]
		from = at[1]
		switch tag {
		case "ul":
			lists = append(lists, -1)
		case "ol":
			first := 1
			if m := replyStart.FindStringSubmatch(attributes); m != nil {
				first, _ = strconv.Atoi(m[1])
			}
			lists = append(lists, first-1)
		case "/ul", "/ol":
			lists = lists[:len(lists)-1]
		case "li":
			mark := "- "
			if last := &lists[len(lists)-1]; *last >= 0 {
				*last++
				mark = strconv.Itoa(*last) + ". "
			}
			b.WriteString(strings.Repeat("  ", len(lists)-1) + mark)
		case "a":
			href, label = html.UnescapeString(replyHref.FindStringSubmatch(attributes)[1]), b.Len()
		case "/a":
			if b.String()[label:] != href {
				b.WriteString(" (" + href + ")")
			}
		}
	}
	b.WriteString(html.UnescapeString(page[from:]))
	return strings.TrimSpace(replyGaps.ReplaceAllString(b.String(), "\n"))
}

var (
	replyTags  = regexp.MustCompile(`<(/?[a-z0-9]+)([^>]*)>`)
	replyHref  = regexp.MustCompile(`href="([^"]*)"`)
	replyStart = regexp.MustCompile(`start="([0-9]+)"`)
	replyGaps  = regexp.MustCompile(`\n\s*\n`)
)
