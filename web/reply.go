package web

import (
	"bytes"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/renderer/html"
	source "github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// ReplyHTML writes an answer as HTML that is safe to show. Answers are plain text in
// which headings (# …), lists (- … and 1. …), links ([text](address)) and bare
// addresses of the web are understood, and line ends are kept. Whatever else it is that
// looks like Markdown or HTML is text: nothing that an officer typed is lost, and what is
// masked ("[…](…") does not become a link.
//
// Headings begin at h3: an answer stands beneath a heading of its page.
func ReplyHTML(reply string) template.HTML {
	typed := []byte(indents.ReplaceAllString(reply, "   "))
	var b bytes.Buffer
	if err := replyRenderer.Render(&b, typed, replyParser.Parse(source.NewReader(typed))); err != nil {
		return template.HTML(`<p>` + template.HTMLEscapeString(reply) + `</p>`) // a buffer does not fail
	}
	return template.HTML(b.String())
}

// indents are what would be a block of code, which answers do not have.
var indents = regexp.MustCompile(`(?m)^[ \t]*(?:\t| {4,})[ \t]*`)

var replyParser = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewListParser(), 300),
		util.Prioritized(parser.NewListItemParser(), 400),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(parser.NewLinkParser(), 200),
		util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"https:", "http:"})), 999),
	),
)

var replyRenderer = renderer.NewRenderer(renderer.WithNodeRenderers(
	util.Prioritized(replyNodes{}, 100),
	util.Prioritized(html.NewRenderer(html.WithHardWraps()), 1000),
))

// replyNodes writes headings, links and images in place of the usual way.
type replyNodes struct{}

func (replyNodes) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, replyHeading)
	r.Register(ast.KindLink, replyLink)
	r.Register(ast.KindImage, replyImage)
	r.Register(ast.KindAutoLink, replyAddress)
}

func replyHeading(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "h" + string('0'+rune(min(n.(*ast.Heading).Level+2, 6))) + ">"
	if entering {
		w.WriteString("<" + tag)
	} else {
		w.WriteString("</" + tag + "\n")
	}
	return ast.WalkContinue, nil
}

// replyLink writes a link to an address of the web, of mail or of a phone; any other as it
// was typed.
func replyLink(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	link := n.(*ast.Link)
	to, ok := linkTo(string(link.Destination))
	switch {
	case ok && entering:
		w.WriteString(`<a href="` + to + `" rel="nofollow noreferrer">`)
	case ok:
		w.WriteString("</a>")
	case entering:
		w.WriteString("[")
	default:
		w.WriteString("](" + template.HTMLEscapeString(string(link.Destination)) + titleOf(link.Title) + ")")
	}
	return ast.WalkContinue, nil
}

// replyImage writes a picture as it was typed: an answer shows none.
func replyImage(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		w.WriteString("![")
		return ast.WalkContinue, nil
	}
	picture := n.(*ast.Image)
	w.WriteString("](" + template.HTMLEscapeString(string(picture.Destination)) + titleOf(picture.Title) + ")")
	return ast.WalkContinue, nil
}

func titleOf(title []byte) string {
	if len(title) == 0 {
		return ""
	}
	return ` "` + template.HTMLEscapeString(string(title)) + `"`
}

func replyAddress(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	link := n.(*ast.AutoLink)
	label := template.HTMLEscapeString(string(link.Label(source)))
	if to, ok := linkTo(string(link.URL(source))); ok {
		w.WriteString(`<a href="` + to + `" rel="nofollow noreferrer">` + label + "</a>")
	} else {
		w.WriteString(label)
	}
	return ast.WalkContinue, nil
}

// linkTo returns an address as it stands in an attribute; false when it is none that an
// answer may lead to.
func linkTo(address string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return "", false
	}
	switch u.Scheme {
	case "https", "http":
		if u.Host == "" {
			return "", false
		}
	case "mailto", "tel":
		if u.Opaque == "" {
			return "", false
		}
	default:
		return "", false
	}
	return template.HTMLEscapeString(u.String()), true
}
