package handlers

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"os"
	"path"
	"regexp"
	"strings"

	"kiennghi/models"
)

// What staff attach may become public, and documents say who wrote them, on which computer.
// From DOCX and XLSX the properties are taken, and from their pictures where and when they were
// taken, unless they are signed: a signature covers them. A PDF is left as it is, as official ones
// are signed. Whoever publishes is told of what still names somebody.

// emptyProperties are what stands in place of the properties of an Office document.
var emptyProperties = map[string]string{
	"docProps/core.xml":   `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`,
	"docProps/app.xml":    `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`,
	"docProps/custom.xml": `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>`,
}

// emptied returns what stands in place of a part that has properties. What is written on .NET has
// the first of them under a name of its own.
func emptied(name string) (empty string, ok bool) {
	if path.Ext(name) == ".psmdcp" {
		name = "docProps/core.xml"
	}
	empty, ok = emptyProperties[name]
	return empty, ok
}

// authorInXML finds who wrote a document, its comments and tracked changes, and where it lay.
var authorInXML = regexp.MustCompile(`<(?:\w+:)?(?:creator|lastModifiedBy|Company|Manager|author)>[^<]|\bw\d*:author="[^"]|<(?:\w+:)?person [^>]*displayName="[^"]|<(?:\w+:)?absPath [^>]*url="[^"]`)

// Who wrote a document stands in its information dictionary, as a string (which may be empty,
// or in UTF-16 after a mark) or by reference, or in its XMP.
var (
	authorInPDF = regexp.MustCompile(`/Author\s*(?:\(([^)]*)|<([0-9A-Fa-f\s]*)>|[0-9]+ [0-9]+ R)`)
	authorInXMP = regexp.MustCompile(`<dc:creator>\s*<rdf:\w+>\s*<rdf:li[^>]*>[^<]`)
)

func namedInPDF(text []byte) bool {
	for _, m := range authorInPDF.FindAllSubmatch(text, 1000) {
		plain, hex := m[1], m[2]
		switch {
		case plain == nil && hex == nil,
			len(bytes.TrimSpace(bytes.TrimPrefix(plain, []byte("\xfe\xff")))) > 0,
			len(strings.TrimPrefix(strings.ToLower(strings.Join(strings.Fields(string(hex)), "")), "feff")) > 0:
			return true
		}
	}
	return authorInXMP.Match(text)
}

// A PDF has objects and XMP in streams, which may be compressed.
var (
	streamOfPDF   = regexp.MustCompile(`stream\r?\n`)
	tellingStream = regexp.MustCompile(`/Type\s*/(?:ObjStm|Metadata)\b|/Subtype\s*/XML\b`)
)

const (
	maxXML        = 16 << 20 // bytes of a part of a document that are looked through
	maxPDF        = 32 << 20 // likewise, of what all streams of a document that may tell unpack to
	maxDictionary = 4 << 10  // bytes before a stream that say what it is

	// maxLooked is the most memory that looking through one document takes: a whole PDF, and that.
	maxLooked = documentLimit + maxPDF
)

// withoutAuthors returns the document without its properties, where that can be done, and says in
// the record whether it still names who wrote it. It may be another file then, to be closed too.
func (s *server) withoutAuthors(ctx context.Context, x *models.Upload, in *incoming) (temp *os.File, err error) {
	temp = in.temp
	office := x.ContentType == docxType.contentType || x.ContentType == xlsxType.contentType
	if of(ctx).Staff == nil || !office && x.ContentType != "application/pdf" {
		return temp, nil
	}
	if err := decoding.Acquire(ctx, maxLooked); err != nil {
		return temp, err
	}
	defer decoding.Release(maxLooked)
	if !office {
		x.Named, err = namesInPDF(in.temp, in.size)
		return temp, err
	}
	if temp, err = tempFile(); err != nil {
		return in.temp, err
	}
	x.Named, err = plainOffice(in.temp, in.size, temp)
	var ours *models.Error
	switch {
	case errors.Is(err, zip.ErrFormat):
		err = errDamaged
	case err != nil && !errors.As(err, &ours):
		err = models.Wrap(models.KindUnavailable, err) // the disk is full
	}
	return temp, err
}

// plainOffice copies a document without its properties and those of its pictures, or as it is
// when it is signed, and reports whether it still names somebody.
func plainOffice(in io.ReaderAt, size int64, out io.Writer) (named bool, err error) {
	z, err := zip.NewReader(in, size)
	if err != nil {
		return false, errDamaged
	}
	signed := false
	for _, e := range z.File {
		signed = signed || strings.HasPrefix(e.Name, "_xmlsignatures/")
	}
	w := zip.NewWriter(out)
	for _, e := range z.File {
		if empty, ok := emptied(e.Name); ok && !signed {
			part, err := w.Create(e.Name)
			if err != nil {
				return false, err
			}
			if _, err := io.WriteString(part, empty); err != nil {
				return false, err
			}
			continue
		}
		if !named {
			if named, err = namesInPart(e); err != nil {
				return false, err
			}
		}
		if signed {
			continue
		}
		unknown, err := copyPart(w, e)
		if err != nil {
			return false, err
		}
		named = named || unknown
	}
	if signed {
		_, err = io.Copy(out, io.NewSectionReader(in, 0, size))
		return named, err
	}
	return named, w.Close()
}

// copyPart copies a part, a picture without what it tells beside what it shows. It reports whether
// it is a picture of which that is unknown, which is copied as it is.
func copyPart(w *zip.Writer, e *zip.File) (unknown bool, err error) {
	if path.Base(path.Dir(e.Name)) != "media" {
		return false, w.Copy(e)
	}
	clean, unknown, err := plainMedia(e)
	if err != nil {
		return false, err
	}
	if clean == nil {
		return unknown, w.Copy(e)
	}
	part, err := w.CreateHeader(&zip.FileHeader{Name: e.Name, Method: e.Method})
	if err == nil {
		_, err = clean.WriteTo(part)
	}
	return false, err
}

// plainMedia returns a picture of a document without what it tells beside what it shows; nil for what
// is no picture, and for one that cannot be looked through, which is unknown.
func plainMedia(e *zip.File) (clean *bytes.Buffer, unknown bool, err error) {
	r, err := e.Open()
	if err != nil {
		return nil, false, errDamaged
	}
	defer r.Close()
	in := bufio.NewReaderSize(io.LimitReader(r, imageLimit), sniffSize)
	head, _ := in.Peek(sniffSize)
	kind, _ := sniff(head)
	var plain func(io.Writer, io.Reader) error
	switch kind {
	case fileTypes[jpegType]:
		plain = copyJPEG
	case fileTypes[pngType]:
		plain = copyPNG
	case fileTypes[webpType]:
		plain = copyWebP
	default:
		return nil, false, nil
	}
	if kind.contentType == webpType && len(head) > 20 && string(head[12:16]) == "VP8X" && head[20]&0x02 != 0 {
		return nil, true, nil // it moves, and would not any more
	}
	clean = new(bytes.Buffer)
	if err := plain(clean, in); err != nil {
		return nil, true, nil
	}
	return clean, false, nil
}

// namesInPart reports whether a part of a document names who wrote it. The cells of a
// workbook do not say that.
func namesInPart(e *zip.File) (bool, error) {
	if ext := path.Ext(e.Name); ext != ".xml" && ext != ".psmdcp" || strings.HasPrefix(e.Name, "xl/worksheets/") || e.Name == "xl/sharedStrings.xml" {
		return false, nil
	}
	r, err := e.Open()
	if err != nil {
		return false, errDamaged
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxXML))
	if err != nil {
		return false, errDamaged
	}
	return authorInXML.Match(text), nil
}

// namesInPDF reports whether a document names who wrote it, also in what is compressed.
func namesInPDF(in io.ReaderAt, size int64) (bool, error) {
	text := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(in, 0, size), text); err != nil {
		return false, models.Wrap(models.KindUnavailable, err)
	}
	if namedInPDF(text) {
		return true, nil
	}
	left, before := int64(maxPDF), 0
	for left > 0 {
		at := streamOfPDF.FindIndex(text[before:])
		if at == nil {
			break
		}
		begins, data := before+at[0], before+at[1]
		dictionary := text[max(before, begins-maxDictionary):begins]
		before = data
		if i := bytes.LastIndex(dictionary, []byte("obj")); i >= 0 { // of this object only
			dictionary = dictionary[i:]
		}
		if !tellingStream.Match(dictionary) {
			continue
		}
		z, err := zlib.NewReader(bytes.NewReader(text[data:]))
		if err != nil {
			continue // packed otherwise: what cannot be read names nobody that we know of
		}
		objects, _ := io.ReadAll(io.LimitReader(z, left))
		if namedInPDF(objects) {
			return true, nil
		}
		left -= int64(len(objects))
	}
	return false, nil
}
