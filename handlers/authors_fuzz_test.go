package handlers

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"io"
	"reflect"
	"strings"
	"testing"
)

// FuzzPlainOffice: a document without its properties is a readable archive of the same parts that
// names nobody unless that is said, and taken again it is the same; a signed one stays as it is.
func FuzzPlainOffice(f *testing.F) {
	t := &testing.T{}
	f.Add(docx(t), "", []byte(nil), false)
	for _, name := range []string{"docProps/app.xml", "docProps/custom.xml", "docProps/Core.xml", "package/1.psmdcp", "word/people.xml", "xl/sharedStrings.xml", "word/embeddings/a.xlsx", "a/"} {
		f.Add([]byte(nil), name, []byte("<creator>An</creator>"), name == "a/")
	}
	for _, picture := range [][]byte{photo(t, sample(9, 7), 6), pngOf(t, sample(9, 7)), webpSample(t), []byte(metafile(7)), mp4("isom"), []byte("GIF89a")} {
		f.Add([]byte(nil), "word/media/a", picture, false)
		f.Add([]byte(nil), "word/media/a", picture, true)
	}
	f.Fuzz(func(t *testing.T, given []byte, name string, content []byte, signed bool) {
		if len(given) == 0 {
			entries := map[string]string{"[Content_Types].xml": "<Types/>", "docProps/core.xml": "<creator>An</creator>", name: string(content)}
			if strings.HasSuffix(name, "/") {
				delete(entries, name) // a folder
			}
			if signed {
				entries["_xmlsignatures/a.xml"] = "<Signature/>"
			}
			given = office(t, entries)
		}
		var once, twice bytes.Buffer
		named, err := plainOffice(bytes.NewReader(given), int64(len(given)), &once)
		if err != nil {
			return
		}
		again, err := plainOffice(bytes.NewReader(once.Bytes()), int64(once.Len()), &twice)
		if err != nil || again != named {
			t.Fatalf("names somebody: %v, then %v: %v", named, again, err)
		}
		was, is, then := entriesOf(t, given), entriesOf(t, once.Bytes()), entriesOf(t, twice.Bytes())
		if len(was) != len(is) || !reflect.DeepEqual(is, then) {
			t.Fatalf("%d parts became %d, and then %d", len(was), len(is), len(then))
		}
		kept := bytes.Equal(once.Bytes(), given)
		for i, e := range is {
			if e.name != was[i].name {
				t.Errorf("%q became %q", was[i].name, e.name)
			}
			if strings.HasPrefix(e.name, "_xmlsignatures/") && !kept {
				t.Error("a signed document is changed")
			}
			if empty, ok := emptied(e.name); ok && !kept && e.content != empty {
				t.Errorf("%q still has %q", e.name, e.content)
			}
			if !named && strings.HasSuffix(e.name, ".xml") && !strings.HasPrefix(e.name, "xl/") && authorInXML.MatchString(e.content) {
				t.Errorf("%q names somebody: %q", e.name, e.content)
			}
		}
	})
}

type archived struct{ name, content string }

// entriesOf are the parts of an archive in their order; what cannot be unpacked has no content.
func entriesOf(t *testing.T, archive []byte) []archived {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var all []archived
	for _, e := range z.File {
		one := archived{name: e.Name}
		if r, err := e.Open(); err == nil {
			if content, err := io.ReadAll(io.LimitReader(r, 1<<20)); err == nil {
				one.content = string(content)
			}
			r.Close()
		}
		all = append(all, one)
	}
	return all
}

// FuzzNamesInPDF: whatever stands before it, an author is found, as it is and compressed; and what
// names somebody still does with more behind it.
func FuzzNamesInPDF(f *testing.F) {
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	io.WriteString(z, "1 0 <</Author (An)>>")
	z.Close()
	authors := []string{
		"\n9 0 obj <</Author (An)>> endobj\n", "\n9 0 obj <</Author <FEFF0041>>> endobj\n", "\n9 0 obj <</Author 3 0 R>> endobj\n",
		"\n<dc:creator><rdf:Seq><rdf:li>An</rdf:li>\n",
		"\n9 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + packed.String() + "\nendstream\n",
		"\n9 0 obj <</Subtype /XML>>\nstream\n\x00<\x00d\x00c\x00:\x00c\x00r\x00e\x00a\x00t\x00o\x00r\x00>\x00<\x00r\x00d\x00f\x00:\x00S\x00>\x00<\x00r\x00d\x00f\x00:\x00l\x00i\x00>\x00A\nendstream\n",
	}
	f.Add([]byte(pdf))
	for _, a := range authors {
		f.Add([]byte(pdf + a))
	}
	f.Add([]byte("1 0 obj <</Type /Metadata /Filter /LZWDecode>>\nstream\r\nabc"))
	f.Add([]byte("/Author ()/Author <feff>/Author ( \nstream\nstream\n/Type/ObjStm stream\n"))
	f.Add([]byte(strings.Repeat("/Author()", maxAuthors)))
	looked := func(t *testing.T, parts ...[]byte) bool {
		whole := bytes.Join(parts, nil)
		named, err := namesInPDF(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		return named
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, a := range authors {
			if !looked(t, b, []byte(a)) {
				t.Errorf("behind %q nobody finds %q", b, a)
			}
		}
		if looked(t, b) && !looked(t, b, []byte("\n%%EOF\n")) {
			t.Errorf("%q names nobody any more with its end", b)
		}
	})
}
