package handlers

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"image"
	"image/jpeg"
	"io"
	"maps"
	"net/url"
	"reflect"
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
		"embedded":   {with("word/document.xml", map[string]string{"word/embeddings/Book1.xlsx": "PK"}), true, false},
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
	entries := map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", picture: string(pngOf(t, sample(4, 4))),
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

// TestPicturesInDocuments: what staff attach does not tell where its pictures were taken; their
// pixels, and how they are turned, stay. One that cannot be looked through is warned of.
func TestPicturesInDocuments(t *testing.T) {
	h := newHarness(t)
	lan, hoa := h.staff("lan", "so-xd-79", models.Handler), h.citizen("Nguyễn Thị Hoa")
	turned, upright := photo(t, sample(80, 40), 6), append(photo(t, sample(80, 40), 1), "behind the end"...)
	drawn := pngOf(t, sample(80, 40))
	drawn = bytes.Join([][]byte{drawn[:33], pngChunk("eXIf", exif(1)[10:]), drawn[33:]}, nil)
	document := func(main, folder string) map[string]string {
		return map[string]string{"[Content_Types].xml": "<Types/>", main: "<x/>", folder + "image1.jpeg": string(turned),
			folder + "image2.JPG": string(upright), folder + "image3.png": string(drawn), folder + "image4.emf": metafile(0)}
	}
	for main, folder := range map[string]string{"word/document.xml": "word/media/", "xl/workbook.xml": "xl/media/"} {
		sent := document(main, folder)
		u := h.upload(lan, "a.docx", office(t, sent))
		is := parts(t, h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body)
		if u.NamesAuthor != nil || len(is) != len(sent) || is[folder+"image4.emf"] != sent[folder+"image4.emf"] {
			t.Errorf("%s: names the author: %v, %d parts", folder, u.NamesAuthor, len(is))
		}
		for name, was := range sent {
			if !strings.HasPrefix(name, folder) || strings.HasSuffix(name, ".emf") {
				continue
			}
			for _, told := range []string{"GPS", "PhoneMaker", "behind"} {
				if strings.Contains(is[name], told) {
					t.Errorf("%s still tells %s", name, told)
				}
			}
			want, _, err := image.Decode(strings.NewReader(was))
			got, _, failed := image.Decode(strings.NewReader(is[name]))
			if err != nil || failed != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is another picture: %v, %v", name, err, failed)
			}
		}
		if o, err := jpegOrientation(strings.NewReader(is[folder+"image1.jpeg"])); o != 6 || err != nil {
			t.Errorf("the turned one has orientation %d, %v", o, err)
		}
		if strings.Contains(is[folder+"image2.JPG"], "Exif") {
			t.Error("the upright one has EXIF")
		}
	}
	sent := document("word/document.xml", "word/media/")
	sent["_xmlsignatures/sig1.xml"] = "<Signature/>"
	for token, content := range map[string][]byte{lan: office(t, sent), hoa: office(t, document("word/document.xml", "word/media/"))} {
		u := h.upload(token, "a.docx", content)
		if got := h.call("GET", "/v1/uploads/"+u.ID, token, nil).want(200).body; !bytes.Equal(got, content) {
			t.Error("a signed document, or that of a sender, is changed")
		}
		if named := u.NamesAuthor != nil && *u.NamesAuthor; named != (token == lan) {
			t.Errorf("of pictures in a signed document: %v", named)
		}
	}
	// Signed with a picture that tells nothing; kinds that cannot be looked through; packed otherwise.
	bare := pngOf(t, sample(80, 40))
	moves := bytes.Join([][]byte{bare[:33], pngChunk("acTL", make([]byte, 8)), bare[33:]}, nil)
	for name, c := range map[string]struct {
		media string
		named bool
	}{
		"a.png": {string(bare), false}, "a.emf": {metafile(0), false}, "a.wmf": {"\xd7\xcd\xc6\x9a\x00", false},
		"b.emf": {metafile(7), true}, "a.tiff": {"II*\x00\x08\x00\x00\x00", true}, "a.heic": {"\x00\x00\x00\x18ftypheic", true},
		"a.gif": {"GIF89a", true}, "a.svg": {"<svg/>", true}, "a.mp4": {"\x00\x00\x00\x18ftypmp42", true}, "moves.png": {string(moves), true},
		"short.webp": {"RIFF\x12\x00\x00\x00WEBPVP8X\x00\x00\x00\x00", true},
	} {
		for _, signature := range []string{"", "_xmlsignatures/sig1.xml"} {
			sent := map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>", "word/media/" + name: c.media}
			if signature != "" {
				sent[signature] = "<Signature/>"
			}
			u := h.upload(lan, "a.docx", office(t, sent))
			if got := u.NamesAuthor != nil && *u.NamesAuthor; got != c.named {
				t.Errorf("%s, %q: names the author: %v", name, signature, got)
			}
			if is := parts(t, h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body); is["word/media/"+name] != c.media {
				t.Errorf("%s, %q is changed", name, signature)
			}
		}
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	z.RegisterCompressor(12, func(w io.Writer) (io.WriteCloser, error) {
		return struct {
			io.Writer
			io.Closer
		}{w, io.NopCloser(nil)}, nil
	})
	for _, e := range []zip.FileHeader{{Name: "[Content_Types].xml"}, {Name: "word/document.xml"}, {Name: "word/media/a.png", Method: 12}} {
		if _, err := z.CreateHeader(&e); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if u := h.upload(lan, "a.docx", packed.Bytes()); u.NamesAuthor == nil || !*u.NamesAuthor {
		t.Errorf("packed by bzip2: %v", u.NamesAuthor)
	}
	sent = document("word/document.xml", "word/media/")
	sent["word/media/image1.jpeg"] = string(turned[:len(turned)-40])
	u := h.upload(lan, "a.docx", office(t, sent))
	is := parts(t, h.call("GET", "/v1/uploads/"+u.ID, lan, nil).want(200).body)
	if u.NamesAuthor == nil || !*u.NamesAuthor || is["word/media/image1.jpeg"] != sent["word/media/image1.jpeg"] {
		t.Errorf("of a broken picture nobody is warned: %v", u.NamesAuthor)
	}
}

// metafile is the head of a drawing of Windows with a description of so many characters.
func metafile(description byte) string {
	return "\x01\x00\x00\x00" + strings.Repeat("\x00", 36) + " EMF" + strings.Repeat("\x00", 16) + string([]byte{description, 0, 0, 0}) + strings.Repeat("\x00", 40)
}

// FuzzCopyJPEG: whatever comes, what is copied tells nothing, and copied again it is the same.
func FuzzCopyJPEG(f *testing.F) {
	var b bytes.Buffer
	jpeg.Encode(&b, sample(20, 10), nil)
	plain := b.Bytes()
	f.Add(plain)
	f.Add(append(append([]byte{0xFF, 0xD8}, exif(6)...), plain[2:]...))
	f.Add([]byte("\xff\xd8\xff\xfe\x00\x04ab\xff\xff\xd9"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x02\xff\xda\x00\x02\xff\xd0\xff\x00\xff\xd9behind"))
	f.Fuzz(func(t *testing.T, content []byte) {
		var once, twice bytes.Buffer
		if copyJPEG(&once, bytes.NewReader(content)) != nil {
			return
		}
		if err := copyJPEG(&twice, bytes.NewReader(once.Bytes())); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("%q, then %q: %v", once.Bytes(), twice.Bytes(), err)
		}
	})
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
	flate := func(text string) string {
		var b bytes.Buffer
		z := zlib.NewWriter(&b)
		io.WriteString(z, text)
		z.Close()
		return b.String()
	}
	wide := func(text string) (out string) {
		for _, c := range text {
			out += "\x00" + string(c)
		}
		return out
	}
	const xmp = "<x:xmpmeta><dc:creator><rdf:Seq><rdf:li>Soan</rdf:li></rdf:Seq></dc:creator></x:xmpmeta>"
	file := func(middle string) []byte {
		return []byte("%PDF-1.5\n1 0 obj\n" + middle + "\nendobj\ntrailer\n<<>>\n%%EOF\n")
	}
	named := file("<</Producer(x)/Author(Pham Van Soan)>>")
	for name, c := range map[string]struct {
		content []byte
		want    bool
	}{
		"none":         {[]byte(pdf), false},
		"empty":        {file("<</Author ()/Title (Author)>>"), false},
		"empty too":    {file("<</Author (\xfe\xff)>>"), false},
		"hex empty":    {file("<</Author <FEFF>>>"), false},
		"words":        {named, true},
		"utf-16":       {file("<</Author (\xfe\xff\x00S\x00o)>>"), true},
		"hex":          {file("<</Author <FEFF0053>>>"), true},
		"a reference":  {file("<</Author 7 0 R>>"), true},
		"xmp":          {file("<dc:creator><rdf:Seq><rdf:li>Soan</rdf:li></rdf:Seq></dc:creator>"), true},
		"compressed":   {file("<</Type/ObjStm/N 1/Length 9/Filter/FlateDecode>>\nstream\n" + packed.String() + "\nendstream"), true},
		"nested":       {file("<</Type/ObjStm/DecodeParms<</Predictor 1>>/Length 9/Filter/FlateDecode>>stream\r\n" + packed.String() + "\r\nendstream"), true},
		"packed xmp":   {file("<</Filter[/FlateDecode]/Subtype /XML/Type /Metadata/Length 9>>\nstream\n" + flate(xmp) + "\nendstream"), true},
		"a later one":  {file(strings.Repeat("<</Length 9/Filter/FlateDecode>>\nstream\n"+flate("q Q")+"\nendstream\nendobj\n2 0 obj\n", 500) + "<</Type/Metadata/Subtype/XML>>\nstream\n" + flate(xmp) + "\nendstream"), true},
		"of a picture": {file("<</Subtype/Image/Metadata 7 0 R/Filter/FlateDecode>>\nstream\n" + flate(strings.Repeat("\x00", maxPDF)) + "\nendstream\nendobj\n7 0 obj\n<</Type/Metadata/Subtype/XML>>\nstream\n" + flate(xmp) + "\nendstream"), true},
		"of a page":    {file("<</Filter/FlateDecode>>\nstream\n" + flate(xmp) + "\nendstream\nendobj\n2 0 obj\n<</Type/Metadata>>\nstream\n" + flate("<x/>") + "\nendstream"), false},
		"broken":       {file("<</Type/ObjStm>>\nstream\nnothing of the kind\nendstream"), false},
		"utf-16 xmp":   {file("<</Type/Metadata/Subtype/XML>>\nstream\n\xfe\xff" + wide(xmp) + "\nendstream"), true},
		"utf-16, none": {file("<</Type/Metadata/Subtype/XML/Filter/FlateDecode>>\nstream\n" + flate(wide("<x:xmpmeta/>")) + "\nendstream"), false},
		"packed wide":  {file("<</Type/Metadata/Subtype/XML/Filter/FlateDecode>>\nstream\n" + flate(wide(xmp)) + "\nendstream"), true},
		"lzw":          {file("<</Type/ObjStm/Filter/LZWDecode>>\nstream\n\x80\x0b\x60\x50\nendstream"), true},
		"predictor":    {file("<</Type/ObjStm/DecodeParms<</Predictor 12>>/Filter/FlateDecode>>\nstream\n" + flate("x") + "\nendstream"), true},
		"two filters":  {file("<</Type/ObjStm/Filter[/FlateDecode /LZWDecode]>>\nstream\n" + flate("x") + "\nendstream"), true},
		"elsewhere":    {file("<</Type/ObjStm/Filter/FlateDecode/DecodeParms 5 0 R>>\nstream\n" + flate("x") + "\nendstream"), true},
		"cut off":      {file("<</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + flate(strings.Repeat("Nguyen Van", 50))[:20] + "\nendstream"), true},
		"too much":     {file("<</Type/ObjStm/Filter/FlateDecode>>\nstream\n" + flate(strings.Repeat("\x00", maxPDF+1)) + "\nendstream"), true},
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
	if tag := page.page().Find("#reply-files .tag.warn").Text(); tag != "Còn thông tin ẩn" {
		t.Errorf("the file is marked %q", tag)
	}
	typed := sheet(page, "write.body", "")
	typed.Set("csrf", b.csrf())
	wrong := b.form(casePath(f.Code)+"/write", typed, map[string][]byte{"mẫu.pdf": named}).want(422).page()
	if tag := wrong.Find("#attached-write .tag.warn").Text(); tag != "Còn thông tin ẩn" {
		t.Errorf("without scripts the file is marked %q", tag)
	}
	v := sheet(page, "do", "submit", "reply.id", page.page().Find(`input[name="reply.id"]`).AttrOr("value", ""), "reply.base", page.page().Find(`input[name="reply.base"]`).AttrOr("value", ""),
		"reply.key", models.NewID(), "reply.body", "Đã sửa xong", "reply.uploads", page.page().Find(`input[name="reply.uploads"]`).AttrOr("value", ""))
	b.post(casePath(f.Code)+"/reply", v).want(303)
	h.browser(h.staff("boss", "so-xd-79", models.Approver)).get(casePath(f.Code)).want(200).has("Còn thông tin ẩn", "Có tệp mà thuộc tính", "Duyệt")
}
