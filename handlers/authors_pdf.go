package handlers

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"

	"kiennghi/models"
)

// Who wrote a document stands in its information dictionary, as a string (which may be empty,
// or in UTF-16 after a mark) or by reference, or in its XMP.
var (
	authorInPDF = regexp.MustCompile(`/Author\s*(?:\(([^)]*)|<([0-9A-Fa-f\s]*)>|[0-9]+ [0-9]+ R)`)
	authorInXMP = regexp.MustCompile(`<dc:creator>\s*<rdf:\w+>\s*<rdf:li[^>]*>[^<]`)
)

// maxAuthors is how many authors are looked at; so many empty ones are taken for somebody.
const maxAuthors = 1000

func namedInPDF(text []byte) bool {
	found := authorInPDF.FindAllSubmatch(text, maxAuthors)
	for _, m := range found {
		plain, hex := m[1], m[2]
		switch {
		case plain == nil && hex == nil,
			len(bytes.TrimSpace(bytes.TrimPrefix(plain, []byte("\xfe\xff")))) > 0,
			len(strings.TrimPrefix(strings.ToLower(strings.Join(strings.Fields(string(hex)), "")), "feff")) > 0:
			return true
		}
	}
	return len(found) == maxAuthors || authorInXMP.Match(text)
}

// A PDF has objects and XMP in streams, which may be compressed.
var (
	streamOfPDF   = regexp.MustCompile(`stream\r?\n`)
	tellingStream = regexp.MustCompile(`/Type\s*/(?:ObjStm|Metadata)\b|/Subtype\s*/XML\b`)
	filtered      = regexp.MustCompile(`/Filter\s*(?:\[\s*)?[/0-9]`)
	repacked      = regexp.MustCompile(`/Predictor\s*(?:[2-9]|1[0-9])|/DecodeParms\s*\[?\s*[0-9]|/Filter\s*\[\s*/\w+\s*/`)
)

const maxDictionary = 4 << 10 // bytes before a stream that say what it is

// namesInPDF reports whether a document names who wrote it, also in what is compressed; and of one
// with a stream that would tell and cannot be read, as it is packed in a way of the past, that it may.
func namesInPDF(in io.ReaderAt, size int64) (bool, error) {
	text := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(in, 0, size), text); err != nil {
		return false, models.Wrap(models.KindUnavailable, err)
	}
	if namedInPDF(text) {
		return true, nil
	}
	left, before := int64(maxPDF), 0
	for {
		at := streamOfPDF.FindIndex(text[before:])
		if at == nil {
			return false, nil
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
		named, used := namedInStream(dictionary, text[data:], left)
		if left -= used; named || left <= 0 {
			return true, nil
		}
	}
}

// namedInStream looks through a stream, which begins data and unpacks to at most so many bytes. One
// that cannot be read is taken for one that names somebody.
func namedInStream(dictionary, data []byte, left int64) (named bool, used int64) {
	if repacked.Match(dictionary) { // in more ways than one
		return true, 0
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil && filtered.Match(dictionary) {
		return true, 0
	}
	if err != nil {
		end := bytes.Index(data, []byte("endstream"))
		return namedInXMP16(data[:max(end, 0)]), 0 // all else was found in the file as it is
	}
	objects, err := io.ReadAll(io.LimitReader(z, left))
	return err != nil || namedInPDF(objects) || namedInXMP16(objects), int64(len(objects))
}

// maxXMP16 is the most that is looked through in UTF-16; it takes several times that to decode.
const maxXMP16 = 1 << 20

// namedInXMP16 is for XMP in UTF-16, with a mark before it or without.
func namedInXMP16(text []byte) bool {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case bytes.HasPrefix(text, []byte("\xfe\xff")), bytes.HasPrefix(text, []byte("\x00<")):
	case bytes.HasPrefix(text, []byte("\xff\xfe")), bytes.HasPrefix(text, []byte("<\x00")):
		order = binary.LittleEndian
	default:
		return false
	}
	if len(text) > maxXMP16 {
		return true
	}
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return authorInXMP.MatchString(string(utf16.Decode(units)))
}
