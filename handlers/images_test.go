package handlers

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"
)

// sample is a picture of w by h pixels, red on the left and blue on the right.
func sample(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 200, 255}
			}
			m.Set(x, y, c)
		}
	}
	return m
}

func jpegOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is an EXIF part with a camera's name, an orientation and a position.
func exif(orientation uint16) []byte {
	order := binary.BigEndian
	t := []byte("MM\x00*\x00\x00\x00\x08")
	t = order.AppendUint16(t, 3)
	entry := func(tag, kind uint16, n, value uint32) {
		t = order.AppendUint16(t, tag)
		t = order.AppendUint16(t, kind)
		t = order.AppendUint32(t, n)
		t = order.AppendUint32(t, value)
	}
	entry(0x010F, 2, 11, 50)                     // Make
	entry(0x0112, 3, 1, uint32(orientation)<<16) // Orientation
	entry(0x8825, 4, 1, 61)                      // GPS directory
	t = append(t, 0, 0, 0, 0)
	t = append(t, "PhoneMaker\x00"...)
	t = append(t, "\x00\x01GPSLATITUDE 10 46 21"...)
	part := append([]byte("Exif\x00\x00"), t...)
	return append(order.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(part)+2)), part...)
}

// photo is a JPEG as a phone makes it.
func photo(t *testing.T, m image.Image, orientation uint16) []byte {
	t.Helper()
	b := jpegOf(t, m)
	return append(append([]byte{0xFF, 0xD8}, exif(orientation)...), b[2:]...)
}

func TestPhotoLosesItsPlaceAndStandsUpright(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	// Orientation 6: the top is on the right, so the left of what is stored is the top.
	for orientation, want := range map[uint16]struct {
		w, h          int
		redAt, blueAt image.Point
	}{
		1: {80, 40, image.Pt(10, 20), image.Pt(70, 20)},
		2: {80, 40, image.Pt(70, 20), image.Pt(10, 20)},
		3: {80, 40, image.Pt(70, 20), image.Pt(10, 20)},
		6: {40, 80, image.Pt(20, 10), image.Pt(20, 70)},
		8: {40, 80, image.Pt(20, 70), image.Pt(20, 10)},
	} {
		u := h.upload(hoa, "anh.jpg", photo(t, sample(80, 40), orientation))
		got := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200)
		if bytes.Contains(got.body, []byte("Exif")) || bytes.Contains(got.body, []byte("GPS")) || bytes.Contains(got.body, []byte("PhoneMaker")) {
			t.Errorf("orientation %d: EXIF is still there", orientation)
		}
		if int64(len(got.body)) != u.Size {
			t.Errorf("size %d, got %d bytes", u.Size, len(got.body))
		}
		m, err := jpeg.Decode(bytes.NewReader(got.body))
		if err != nil {
			t.Fatal(err)
		}
		if b := m.Bounds(); b.Dx() != want.w || b.Dy() != want.h {
			t.Errorf("orientation %d: %v", orientation, b)
			continue
		}
		if r, _, b, _ := m.At(want.redAt.X, want.redAt.Y).RGBA(); r < b {
			t.Errorf("orientation %d: red is not at %v", orientation, want.redAt)
		}
		if r, _, b, _ := m.At(want.blueAt.X, want.blueAt.Y).RGBA(); b < r {
			t.Errorf("orientation %d: blue is not at %v", orientation, want.blueAt)
		}
		small := h.call("GET", "/v1/uploads/"+u.ID+"/thumbnail", hoa, nil).want(200)
		c, err := jpeg.DecodeConfig(bytes.NewReader(small.body))
		if err != nil || c.Width != want.w || c.Height != want.h {
			t.Errorf("orientation %d: thumbnail %+v %v", orientation, c, err)
		}
	}
}

func TestThumbnailIsSmall(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	u := h.upload(hoa, "anh.png", pngOf(t, sample(1200, 300)))
	c, err := jpeg.DecodeConfig(bytes.NewReader(h.call("GET", "/v1/uploads/"+u.ID+"/thumbnail", hoa, nil).want(200).body))
	if err != nil || c.Width != 400 || c.Height != 100 {
		t.Errorf("%+v %v", c, err)
	}
}

func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func TestPNGLosesWhatIsNotThePicture(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	b := pngOf(t, sample(20, 10))
	given := bytes.Join([][]byte{b[:33], pngChunk("tEXt", []byte("Author\x00Hoa")), pngChunk("eXIf", exif(1)[10:]), b[33:], []byte("PK\x03\x04 something behind the end")}, nil)
	u := h.upload(hoa, "a.png", given)
	got := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200).body
	if !bytes.Equal(got, b) {
		t.Errorf("%d bytes came back, the picture alone has %d", len(got), len(b))
	}
}

// webpSample is a WebP of one pixel.
func webpSample(t *testing.T) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func riffChunk(kind string, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data)))
	b = append(b, data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func TestWebPLosesItsPlace(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	parts := bytes.Join([][]byte{[]byte("WEBP"), riffChunk("VP8X", []byte{0x0C, 0, 0, 0, 0, 0, 0, 0, 0, 0}), webpSample(t)[12:],
		riffChunk("EXIF", exif(1)), riffChunk("XMP ", []byte("<x:xmpmeta/>"))}, nil)
	given := append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(parts))), parts...)
	u := h.upload(hoa, "a.webp", given)
	got := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200).body
	if bytes.Contains(got, []byte("GPS")) || bytes.Contains(got, []byte("xmp")) || bytes.Contains(got, []byte("EXIF")) {
		t.Errorf("%q", got)
	}
	if got[20] != 0 || int(binary.LittleEndian.Uint32(got[4:]))+8 != len(got) {
		t.Errorf("the container is wrong: %q", got)
	}
	again := h.upload(hoa, "b.webp", got)
	if again.Size != int64(len(got)) {
		t.Error("what comes back cannot be uploaded again")
	}
	h.call("GET", "/v1/uploads/"+u.ID+"/thumbnail", hoa, nil).want(200)
}

func TestImagesOfHugeDimensionsAreRefused(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	head := binary.BigEndian.AppendUint32(nil, 50_000)
	head = append(binary.BigEndian.AppendUint32(head, 50_000), 8, 6, 0, 0, 0)
	huge := bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", head), pngChunk("IDAT", []byte("x")), pngChunk("IEND", nil)}, nil)
	if got := h.post(hoa, "file", "a.png", huge).want(422).fields(); got != "file:too_many_pixels" {
		t.Errorf("%q", got)
	}
	for _, cut := range [][]byte{pngOf(t, sample(200, 200))[:200], photo(t, sample(200, 200), 1)[:900], webpSample(t)[:30]} {
		if got := h.post(hoa, "file", "a", cut).want(422).fields(); got != "file:file_damaged" {
			t.Errorf("%q", got)
		}
	}
}

// office is a DOCX or XLSX with these entries.
func office(t *testing.T, entries map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range entries {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t *testing.T) []byte {
	return office(t, map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"})
}

func box(kind string, data string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(data)))) + kind + data
}

func mp4(brand string) []byte {
	return []byte(box("ftyp", brand+"\x00\x00\x02\x00"+brand+"mp41") + box("moov", box("mvhd", strings.Repeat("\x00", 100))) + box("mdat", "sound and pictures"))
}

const pdf = "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

func TestTypesAreFoundByLooking(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	for want, content := range map[string][]byte{
		"anh.jpg image/jpeg":               jpegOf(t, sample(8, 8)),
		"anh.png image/png":                pngOf(t, sample(8, 8)),
		"anh.webp image/webp":              webpSample(t),
		"anh.pdf application/pdf":          []byte(pdf),
		"anh.mp4 video/mp4":                mp4("isom"),
		"anh.m4a audio/mp4":                mp4("M4A "),
		"anh.docx " + docxType.contentType: docx(t),
		"anh.xlsx " + xlsxType.contentType: office(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}),
	} {
		u := h.upload(hoa, "anh.exe", content)
		if got := u.Name + " " + u.ContentType; got != want {
			t.Errorf("%q, want %q", got, want)
		}
		a := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200)
		if a.header.Get("Content-Type") != u.ContentType || int64(len(a.body)) != u.Size {
			t.Errorf("%s came back as %s with %d bytes, want %d", want, a.header.Get("Content-Type"), len(a.body), u.Size)
		}
	}
}

func TestOtherTypesAndPolyglotsAreRefused(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	plainZip := office(t, map[string]string{"a.txt": "a"})
	bomb := office(t, map[string]string{"[Content_Types].xml": "<Types/>", "word/document.xml": strings.Repeat("0", 8<<20)})
	for name, c := range map[string]struct {
		content []byte
		status  int
	}{
		"text":           {[]byte("xin chào"), 415},
		"html":           {[]byte("<html><script>alert(1)</script>"), 415},
		"svg":            {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 415},
		"gif":            {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), 415},
		"program":        {[]byte("MZ\x90\x00" + strings.Repeat("\x00", 200)), 415},
		"quicktime":      {mp4("qt  "), 415},
		"zip":            {plainZip, 415},
		"macros":         {office(t, map[string]string{"[Content_Types].xml": "", "word/document.xml": "", "word/vbaProject.bin": "x"}), 415},
		"zip bomb":       {bomb, 422},
		"climbing names": {office(t, map[string]string{"[Content_Types].xml": "", "word/document.xml": "", "../../etc/passwd": "x"}), 422},
		"cut-off docx":   {docx(t)[:120], 422},
		"docx and more":  {append(docx(t), "<script>"...), 422},
		"pdf and zip":    {append([]byte(pdf), plainZip...), 422},
		"pdf cut off":    {[]byte(pdf)[:30], 422},
		"mp4 and zip":    {append(mp4("isom"), plainZip...), 422},
		"mp4 cut off":    {mp4("isom")[:150], 422},
		"jpeg head only": {[]byte("\xFF\xD8\xFF\xE0<script>"), 422},
	} {
		if a := h.post(hoa, "file", "anh.jpg", c.content); a.status != c.status {
			t.Errorf("%s: %d, want %d: %s", name, a.status, c.status, a.body)
		}
	}
	// What stands behind a JPEG's end is gone afterwards.
	u := h.upload(hoa, "a.jpg", append(jpegOf(t, sample(8, 8)), plainZip...))
	if got := h.call("GET", "/v1/uploads/"+u.ID, hoa, nil).want(200).body; bytes.Contains(got, []byte("PK\x05\x06")) {
		t.Error("an archive is hidden behind a JPEG")
	}
}

func TestFileNames(t *testing.T) {
	for given, want := range map[string]string{
		"anh.jpg":                         "anh.jpg",
		"Ảnh hiện trường.JPEG":            "Ảnh hiện trường.JPEG",
		"../../etc/passwd":                "passwd.jpg",
		`C:\Users\hoa\anh.jpg`:            "anh.jpg",
		"anh.jpg.exe":                     "anh.jpg.jpg",
		"a\x00b\r\nSet-Cookie: x.jpg":     "ab Set-Cookie_ x.jpg",
		"":                                "tep.jpg",
		".htaccess":                       "htaccess.jpg",
		"..":                              "tep.jpg",
		"ngày 1.1 buổi sáng":              "ngày 1.1 buổi sáng.jpg",
		`a"b<c>|d?.jpg`:                   "a_b_c__d_.jpg",
		"\u202Egpj.exe":                   "gpj.jpg",
		strings.Repeat("đ", 300) + ".jpg": strings.Repeat("đ", 190) + ".jpg",
	} {
		if got := cleanName(given, fileTypes[jpegType]); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
	for _, name := range []string{"Ảnh \"đẹp\".jpg", strings.Repeat("đ", 190) + ".jpg", "a\\b.jpg"} {
		header := attachmentNamed(name)
		if len(header) > 600 || strings.ContainsAny(header, "\r\n") || strings.Count(header, `"`) != 2 || !strings.HasSuffix(header, ".jpg") {
			t.Errorf("%q: %q", name, header)
		}
	}
}

func FuzzImageParts(f *testing.F) {
	t := &testing.T{}
	for _, b := range [][]byte{photo(t, sample(9, 7), 6), pngOf(t, sample(9, 7)), webpSample(t), docx(t), mp4("isom"), mp4("M4A "), []byte(pdf),
		office(t, map[string]string{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})} {
		f.Add(b)
	}
	f.Add(exif(6)[10:])
	f.Add([]byte("RIFF\x12\x00\x00\x00WEBPVP8X\x00\x00\x00\x00"))
	f.Add([]byte("II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x03\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if o := exifOrientation(b); o < 1 || o > 8 {
			t.Errorf("orientation %d", o)
		}
		size := int64(len(b))
		r := bytes.NewReader(b)
		checkMP4(r, size)
		checkPDF(r, size)
		checkOffice(r, size)
		jpegOrientation(r)
		copyPNG(&bytes.Buffer{}, bytes.NewReader(b))
		var out bytes.Buffer
		copyWebP(&out, bytes.NewReader(b))
	})
}

func FuzzPicture(f *testing.F) {
	t := &testing.T{}
	for i, b := range [][]byte{photo(t, sample(9, 7), 6), pngOf(t, sample(9, 7)), webpSample(t)} {
		f.Add(b, i)
	}
	kinds := []string{jpegType, pngType, webpType}
	f.Fuzz(func(t *testing.T, b []byte, kind int) {
		contentType := kinds[(kind%3+3)%3]
		c, _, err := image.DecodeConfig(bytes.NewReader(b))
		if err == nil && c.Width*c.Height > 1<<20 {
			return // decoding is slow, not wrong
		}
		p, err := openPicture(t.Context(), contentType, bytes.NewReader(b))
		if err != nil {
			return
		}
		defer p.release()
		var out, small bytes.Buffer
		if err := writePicture(&out, contentType, p, bytes.NewReader(b)); err != nil {
			return
		}
		if err := writeThumbnail(&small, p); err != nil {
			t.Fatal(err)
		}
		again, err := openPicture(t.Context(), contentType, bytes.NewReader(out.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		again.release()
	})
}

func BenchmarkPhotoOf12Megapixels(b *testing.B) {
	t := &testing.T{}
	photo := photo(t, sample(4000, 3000), 6)
	b.ReportAllocs()
	for b.Loop() {
		p, err := openPicture(b.Context(), jpegType, bytes.NewReader(photo))
		if err != nil {
			b.Fatal(err)
		}
		if err := writePicture(io.Discard, jpegType, p, bytes.NewReader(photo)); err != nil {
			b.Fatal(err)
		}
		if err := writeThumbnail(io.Discard, p); err != nil {
			b.Fatal(err)
		}
		p.release()
	}
}
