package handlers

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"kiennghi/models"
)

// fileType is a type of file that is accepted. Neither its name nor the type that the
// client declares counts, only what is inside.
type fileType struct {
	contentType string
	extensions  []string // the first is given to a file whose name has none of them
	limit       int64
	check       func(f io.ReaderAt, size int64) error // of the whole file; nil for images, which are decoded
}

const (
	jpegType = "image/jpeg"
	pngType  = "image/png"
	webpType = "image/webp"

	imageLimit    = 15 << 20
	documentLimit = 20 << 20
	mediaLimit    = 100 << 20
)

var fileTypes = map[string]*fileType{
	jpegType:          {jpegType, []string{".jpg", ".jpeg"}, imageLimit, nil},
	pngType:           {pngType, []string{".png"}, imageLimit, nil},
	webpType:          {webpType, []string{".webp"}, imageLimit, nil},
	"application/pdf": {"application/pdf", []string{".pdf"}, documentLimit, checkPDF},
	"video/mp4":       {"video/mp4", []string{".mp4"}, mediaLimit, checkMP4},
	"audio/mp4":       {"audio/mp4", []string{".m4a", ".mp4"}, mediaLimit, checkMP4},
}

var (
	docxType = &fileType{"application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}, documentLimit, nil}
	xlsxType = &fileType{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}, documentLimit, nil}
	// zipType stands for either until the archive can be looked at.
	zipType = &fileType{"application/zip", nil, documentLimit, nil}
)

var (
	errFileType = models.Fail(models.KindUnsupported, "file_type")
	errDamaged  = fileError("file_damaged")
)

func fileError(code string) *models.Error {
	return &models.Error{Kind: models.KindInvalid, Fields: []models.FieldError{{Field: "file", Code: code}}}
}

// sniffSize is how much of the beginning tells the type.
const sniffSize = 3072

// sniff finds the type by the first bytes; errFileType for one that is not accepted.
func sniff(head []byte) (*fileType, error) {
	if bytes.HasPrefix(head, []byte("PK\x03\x04")) {
		return zipType, nil
	}
	m := mimetype.Detect(head)
	switch m.String() {
	case "image/apng":
		return fileTypes[pngType], nil // the first picture is kept
	case "audio/x-m4a", "audio/mp4":
		return fileTypes["audio/mp4"], nil
	}
	media, _, _ := strings.Cut(m.String(), ";")
	if t := fileTypes[media]; t != nil {
		return t, nil
	}
	return nil, errFileType
}

// checkWhole looks at the whole file and returns its final type.
func checkWhole(t *fileType, f io.ReaderAt, size int64) (*fileType, error) {
	if t == zipType {
		return checkOffice(f, size)
	}
	if t.check == nil {
		return t, nil
	}
	return t, t.check(f, size)
}

// checkOffice tells DOCX from XLSX by the archive's directory, and refuses every other
// archive, one with macros, and one that would unpack to far more than it is.
func checkOffice(f io.ReaderAt, size int64) (*fileType, error) {
	if !endsAsZip(f, size) {
		return nil, errDamaged
	}
	z, err := zip.NewReader(f, size)
	if err != nil {
		return nil, errDamaged
	}
	if len(z.File) > 5000 {
		return nil, fileError("zip_bomb")
	}
	var unpacked uint64
	names := map[string]bool{}
	for _, e := range z.File {
		unpacked += e.UncompressedSize64
		if unpacked > 256<<20 || e.UncompressedSize64 > 1<<20 && e.UncompressedSize64/500 > e.CompressedSize64 {
			return nil, fileError("zip_bomb")
		}
		if strings.HasPrefix(e.Name, "/") || strings.Contains(e.Name, `\`) || slices.Contains(strings.Split(e.Name, "/"), "..") {
			return nil, errDamaged
		}
		if strings.EqualFold(path.Base(e.Name), "vbaProject.bin") {
			return nil, errFileType
		}
		names[e.Name] = true
	}
	switch {
	case names["[Content_Types].xml"] && names["word/document.xml"]:
		return docxType, nil
	case names["[Content_Types].xml"] && names["xl/workbook.xml"]:
		return xlsxType, nil
	}
	return nil, errFileType
}

// endsAsZip reports whether an archive's directory ends exactly where the file does: so
// it does in an archive, and in a file of another kind with an archive behind it.
func endsAsZip(f io.ReaderAt, size int64) bool {
	tail := make([]byte, min(size, 22+65535))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return false
	}
	for i := len(tail) - 22; i >= 0; i-- {
		if bytes.Equal(tail[i:i+4], []byte("PK\x05\x06")) && i+22+int(binary.LittleEndian.Uint16(tail[i+20:])) == len(tail) {
			return true
		}
	}
	return false
}

// checkPDF wants a PDF that begins and ends as one and is nothing else besides.
func checkPDF(f io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 2048))
	if _, err := f.ReadAt(tail, size-int64(len(tail))); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if !bytes.Contains(tail, []byte("%%EOF")) || endsAsZip(f, size) {
		return errDamaged
	}
	return nil
}

// checkMP4 walks the boxes of an MP4 or M4A: they fill the file exactly, and one of them
// describes the media.
func checkMP4(f io.ReaderAt, size int64) error {
	var head [16]byte
	described := false
	at := int64(0)
	for n := 0; at < size; n++ {
		if n > 100_000 || size-at < 8 {
			return errDamaged
		}
		if _, err := f.ReadAt(head[:min(16, size-at)], at); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		length, kind := int64(binary.BigEndian.Uint32(head[:])), string(head[4:8])
		switch {
		case length == 0:
			length = size - at
		case length == 1 && size-at >= 16:
			length = int64(binary.BigEndian.Uint64(head[8:]))
		}
		if length < 8 || length > size-at {
			return errDamaged
		}
		described = described || kind == "moov"
		at += length
	}
	if !described || endsAsZip(f, size) {
		return errDamaged
	}
	return nil
}

// cleanName makes a file name of what the client called it: no folders, nothing that a
// shell, a browser or a file system takes for more than a letter, and an extension that
// fits the type.
func cleanName(name string, t *fileType) string {
	name = models.CleanLine(strings.ReplaceAll(name, `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`<>:"|?*%;`, r) {
			return '_'
		}
		return r
	}, path.Base("/"+name))
	ext := path.Ext(name)
	stem := strings.Trim(strings.TrimSuffix(name, ext), ". /")
	if !slices.Contains(t.extensions, strings.ToLower(ext)) {
		if len(ext) > 6 { // a point in the name, not an extension
			stem = strings.Trim(name, ". /")
		}
		ext = t.extensions[0]
	}
	if stem == "" {
		stem = "tep"
	}
	if r := []rune(stem); len(r) > 190 {
		stem = string(r[:190])
	}
	return stem + ext
}
