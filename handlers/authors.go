package handlers

import (
	"archive/zip"
	"bufio"
	"bytes"
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

const (
	maxXML = 16 << 20 // bytes of a part of a document that are looked through
	maxPDF = 32 << 20 // likewise, of what all streams of a document that may tell unpack to

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
	keep := func(e *zip.File) (unknown bool, err error) { return copyPart(w, e) }
	if signed {
		keep = tellsMore
	}
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
		unknown, err := keep(e)
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

// inMedia reports whether a part is one of the pictures, sounds and videos of a document.
func inMedia(e *zip.File) bool { return path.Base(path.Dir(e.Name)) == "media" }

// embedded reports whether a part is a document within the document, which has properties of its own.
func embedded(e *zip.File) bool { return path.Base(path.Dir(e.Name)) == "embeddings" }

// copyPart copies a part, a picture without what it tells beside what it shows. It reports whether
// it is a picture or the like of which that is unknown, which is copied as it is.
func copyPart(w *zip.Writer, e *zip.File) (unknown bool, err error) {
	if !inMedia(e) {
		return embedded(e), w.Copy(e)
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

// tellsMore reports whether a part that must stay as it is tells more than it shows, or may.
func tellsMore(e *zip.File) (bool, error) {
	if !inMedia(e) {
		return embedded(e), nil
	}
	clean, unknown, err := plainMedia(e)
	return unknown || clean != nil && uint64(clean.Len()) != e.UncompressedSize64, err
}

// plainMedia returns a picture of a document without what it tells beside what it shows; nil for
// what has no more than it shows, and for what cannot be looked through, which is unknown: other
// kinds of pictures, what moves, sounds and videos.
func plainMedia(e *zip.File) (clean *bytes.Buffer, unknown bool, err error) {
	r, err := e.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, errDamaged
	}
	defer r.Close()
	in := bufio.NewReaderSize(io.LimitReader(r, imageLimit), sniffSize)
	head, _ := in.Peek(sniffSize)
	kind, _ := sniff(head)
	var plain func(io.Writer, io.Reader) error
	switch {
	case kind == fileTypes[jpegType]:
		plain = copyJPEG
	case kind == fileTypes[pngType] && !bytes.Contains(head, []byte("acTL")):
		plain = copyPNG
	case kind == fileTypes[webpType] && !(len(head) > 20 && string(head[12:16]) == "VP8X" && head[20]&0x02 != 0):
		plain = copyWebP
	default: // what moves among them: it would not any more
		return nil, !tellsNothing(head), nil
	}
	clean = new(bytes.Buffer)
	if err := plain(clean, in); err != nil {
		return nil, true, nil
	}
	return clean, false, nil
}

// tellsNothing reports whether a drawing with that beginning is a Windows metafile without a
// description, which has nothing but what it draws.
func tellsNothing(head []byte) bool {
	switch {
	case bytes.HasPrefix(head, []byte("\xd7\xcd\xc6\x9a")), bytes.HasPrefix(head, []byte("\x01\x00\x09\x00")): // WMF
		return true
	case len(head) >= 64 && bytes.HasPrefix(head, []byte("\x01\x00\x00\x00")) && string(head[40:44]) == " EMF":
		return bytes.Equal(head[60:64], []byte{0, 0, 0, 0}) // characters of its description
	}
	return false
}

// namesInPart reports whether a part of a document names who wrote it. The cells of a
// workbook do not say that.
func namesInPart(e *zip.File) (bool, error) {
	if ext := path.Ext(e.Name); ext != ".xml" && ext != ".psmdcp" || strings.HasPrefix(e.Name, "xl/worksheets/") || e.Name == "xl/sharedStrings.xml" {
		return false, nil
	}
	r, err := e.Open()
	if err != nil { // no Office packs these in another way
		return false, errDamaged
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxXML))
	if err != nil {
		return false, errDamaged
	}
	return authorInXML.Match(text), nil
}
