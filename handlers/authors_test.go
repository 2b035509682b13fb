package handlers

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"io"
	"maps"
	"net/url"
	"strings"
	"testing"

	"kiennghi/models"
)

// parts are the entries of an archive by name.
func parts(t *testing.T, content []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range z.File {
		r, err := e.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name] = string(text)
	}
	return out
}

// TestDocumentsOfAgenciesNameNobody: the properties of what staff attach are gone, all else
// is as it was; what is signed, and what a sender sends, is left as it is.
func TestDocumentsOfAgenciesNameNobody(t *testing.T) {
	h := newHarness(t)
	lan, hoa := h.staff("lan", "so-xd-79", models.Handler), h.citizen("Nguyễn Thị Hoa")
	core := `<cp:coreProperties xmlns:dc="d" xmlns:cp="c"><dc:creator>Phạm Văn Soạn</dc:creator><cp:lastModifiedBy>Phạm Văn Soạn</cp:lastModifiedBy></cp:coreProperties>`
	with := func(main string, more map[string]string) map[string]string {
		p := map[string]string{"[Content_Types].xml": "<Types/>", main: "<x>Trả lời</x>", "docProps/core.xml": core,
			"docProps/app.xml": "<Properties><Company>Máy của Soạn</Company></Properties>", "docProps/custom.xml": "<Properties>Soạn</Properties>"}
		maps.Copy(p, more)
		return p
	}
	for name, c := range map[string]struct {
		parts         map[string]string
		named, signed bool
	}{
		"plain":      {with("word/document.xml", nil), false, false},
		"workbook":   {with("xl/workbook.xml", map[string]string{"xl/worksheets/sheet1.xml": "<author>cột</author>"}), false, false},
		"comments":   {with("word/document.xml", map[string]string{"word/comments.xml": `<w:comment w:author="Soạn"/>`}), true, false},
		"tracked":    {with("word/document.xml", map[string]string{"word/footer1.xml": `<w:ins w:author="Soạn"/>`}), true, false},
		"remarks":    {with("xl/workbook.xml", map[string]string{"xl/comments1.xml": "<authors><author>Soạn</author></authors>"}), true, false},
		"people":     {with("word/document.xml", map[string]string{"word/people.xml": `<w15:person w15:author="Soạn"/>`}), true, false},
		"where":      {with("xl/workbook.xml", map[string]string{"xl/other.xml": `<x15ac:absPath xmlns:x15ac="a" url="C:\Users\Soan\"/>`}), true, false},
		"signed":     {with("word/document.xml", map[string]string{"_xmlsignatures/sig1.xml": "<Signature/>"}), true, true},
		"authorless": {map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": `<w:ins w:author=""/>`}, false, false},
	} {
		content := office(t, c.parts)
		u := h.upload(lan, "a.docx", content)
		if (u.NamesAuthor != nil && *u.NamesAuthor) != c.named {
			t.Errorf("%s: names the author %v, want %v", name, u.NamesAuthor, c.named)
		}
		got := h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body
		if int64(len(got)) != u.Size || c.signed && !bytes.Equal(got, content) {
			t.Errorf("%s: %d bytes, said to be %d", name, len(got), u.Size)
		}
		is := parts(t, got)
		for part, text := range c.parts {
			if !c.signed && strings.HasPrefix(part, "docProps/") {
				if strings.Contains(is[part], "Soạn") || !strings.Contains(is[part], "ropert") {
					t.Errorf("%s: %s is %s", name, part, is[part])
				}
			} else if is[part] != text {
				t.Errorf("%s: %s is changed: %s", name, part, is[part])
			}
		}
		mine := h.upload(hoa, "a.docx", content)
		if got := h.call("GET", "/v1/uploads/"+mine.ID, hoa, nil).want(200).body; !bytes.Equal(got, content) || mine.NamesAuthor != nil {
			t.Errorf("%s: what a sender sent is changed", name)
		}
	}
}

// TestPropertiesOfOtherPrograms: the part has another name, which a signature keeps; a part that
// cannot be read makes the document a damaged one.
func TestPropertiesOfOtherPrograms(t *testing.T) {
	h := newHarness(t)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	name, picture := "package/services/metadata/core-properties/1.psmdcp", "word/media/a.png"
	entries := map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", picture: "x",
		name: `<coreProperties xmlns:dc="d"><dc:creator>Phạm Văn Soạn</dc:creator></coreProperties>`}
	u := h.upload(lan, "a.docx", office(t, entries))
	if is := parts(t, h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body); u.NamesAuthor != nil || strings.Contains(is[name], "Soạn") || !strings.Contains(is[name], "coreProperties") {
		t.Errorf("names the author: %v, %s", u.NamesAuthor, is[name])
	}
	var content []byte
	at := 0
	for at <= 0 { // the order is any; the first one tells the type
		content = office(t, entries)
		at = bytes.Index(content, []byte(picture)) - 30 // its header
	}
	clear(content[at : at+4])
	if got := h.post(lan, "file", "a.docx", content).want(422).fields(); got != "file:file_damaged" {
		t.Error(got)
	}
	entries["_xmlsignatures/sig1.xml"] = "<Signature/>"
	if u := h.upload(lan, "a.docx", office(t, entries)); u.NamesAuthor == nil {
		t.Error("nobody is warned of the signed one")
	}
}

// TestAuthorsInPDF: found where they stand, also compressed; the file stays as it is, and
// who writes and who approves the answer are told.
func TestAuthorsInPDF(t *testing.T) {
	h := newHarness(t)
	lan := h.staff("lan", "so-xd-79", models.Handler)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	io.WriteString(z, "1 0 <</Author (Pham Van Soan)>>")
	z.Close()
	file := func(middle string) []byte {
		return []byte("%PDF-1.5\n1 0 obj\n" + middle + "\nendobj\ntrailer\n<<>>\n%%EOF\n")
	}
	named := file("<</Producer(x)/Author(Pham Van Soan)>>")
	for name, c := range map[string]struct {
		content []byte
		want    bool
	}{
		"none":        {[]byte(pdf), false},
		"empty":       {file("<</Author ()/Title (Author)>>"), false},
		"empty too":   {file("<</Author (\xfe\xff)>>"), false},
		"hex empty":   {file("<</Author <FEFF>>>"), false},
		"words":       {named, true},
		"utf-16":      {file("<</Author (\xfe\xff\x00S\x00o)>>"), true},
		"hex":         {file("<</Author <FEFF0053>>>"), true},
		"a reference": {file("<</Author 7 0 R>>"), true},
		"xmp":         {file("<dc:creator><rdf:Seq><rdf:li>Soan</rdf:li></rdf:Seq></dc:creator>"), true},
		"compressed":  {file("<</Type/ObjStm/N 1/Length 9/Filter/FlateDecode>>\nstream\n" + packed.String() + "\nendstream"), true},
		"broken":      {file("<</Type/ObjStm>>\nstream\nnothing of the kind\nendstream"), false},
	} {
		u := h.upload(lan, "a.pdf", c.content)
		if (u.NamesAuthor != nil && *u.NamesAuthor) != c.want {
			t.Errorf("%s: names the author: %v", name, u.NamesAuthor)
		}
		if got := h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body; !bytes.Equal(got, c.content) {
			t.Errorf("%s: the file is changed", name)
		}
	}

	f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
	b := h.browser(lan)
	if b.get(casePath(f.Code)).want(200).hasNot("Có tệp mà thuộc tính").page().Find("#reply-files .tag").Length() > 0 {
		t.Error("warned of nothing")
	}
	b.form("/console/files?case="+f.Code, url.Values{"csrf": {b.csrf()}}, map[string][]byte{"trả lời.pdf": named}).want(303)
	page := b.get(casePath(f.Code)).want(200).has("Có tệp mà thuộc tính")
	if tag := page.page().Find("#reply-files .tag.warn").Text(); tag != "Ghi tên người soạn" {
		t.Errorf("the file is marked %q", tag)
	}
	typed := sheet(page, "write.body", "")
	typed.Set("csrf", b.csrf())
	wrong := b.form(casePath(f.Code)+"/write", typed, map[string][]byte{"mẫu.pdf": named}).want(422).page()
	if tag := wrong.Find("#attached-write .tag.warn").Text(); tag != "Ghi tên người soạn" {
		t.Errorf("without scripts the file is marked %q", tag)
	}
	v := sheet(page, "do", "submit", "reply.id", page.page().Find(`input[name="reply.id"]`).AttrOr("value", ""), "reply.base", page.page().Find(`input[name="reply.base"]`).AttrOr("value", ""),
		"reply.key", models.NewID(), "reply.body", "Đã sửa xong", "reply.uploads", page.page().Find(`input[name="reply.uploads"]`).AttrOr("value", ""))
	b.post(casePath(f.Code)+"/reply", v).want(303)
	h.browser(h.staff("boss", "so-xd-79", models.Approver)).get(casePath(f.Code)).want(200).has("Ghi tên người soạn", "Có tệp mà thuộc tính", "Duyệt")
}
