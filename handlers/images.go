package handlers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"kiennghi/models"
)

const (
	maxPixels    = 50_000_000
	maxPixelData = 256 << 20 // bytes of decoded images at one time
	thumbSize    = 400
)

// decoding bounds the memory that images take while they are decoded, and documents of staff while
// they are looked through (authors.go), all together.
var decoding = semaphore.NewWeighted(maxPixelData)

// picture is an image that was looked at and found decodable.
type picture struct {
	image       image.Image
	orientation int // as in EXIF; 1 is upright
	weight      int64
}

// release gives back the memory that the picture was counted for.
func (p *picture) release() {
	p.image = nil
	decoding.Release(p.weight)
}

// openPicture decodes an image. Its size is checked before any memory is taken. The
// caller releases it.
func openPicture(ctx context.Context, contentType string, f io.ReadSeeker) (*picture, error) {
	config, decode := jpeg.DecodeConfig, jpeg.Decode
	switch contentType {
	case pngType:
		config, decode = png.DecodeConfig, png.Decode
	case webpType:
		config, decode = webp.DecodeConfig, webp.Decode
	}
	c, err := config(bufio.NewReader(f))
	if err != nil {
		return nil, errDamaged
	}
	pixels := int64(c.Width) * int64(c.Height)
	p := &picture{orientation: 1, weight: pixels * 4}
	if contentType == jpegType {
		if p.orientation, err = jpegOrientation(f); err != nil {
			return nil, err
		}
		if p.orientation != 1 {
			p.weight *= 2
		}
	}
	if c.ColorModel == color.RGBA64Model || c.ColorModel == color.NRGBA64Model {
		p.weight *= 2
	}
	if pixels == 0 || pixels > maxPixels {
		return nil, fileError("too_many_pixels")
	}
	p.weight = min(p.weight, maxPixelData) // the largest ones wait until they are alone
	if err := decoding.Acquire(ctx, p.weight); err != nil {
		return nil, err
	}
	defer func() {
		if p.image == nil { // not decoded; a decoder may also panic
			p.release()
		}
	}()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	decoded, err := decode(bufio.NewReader(f))
	if err != nil {
		return nil, errDamaged
	}
	p.image = decoded
	p.turn()
	return p, nil
}

// writePicture writes the image without anything that tells where, when or by whom it
// was taken. A JPEG is encoded anew, upright; of a PNG and a WebP the parts that make the
// picture are copied and all others left out. What stood behind the end is gone as well.
func writePicture(w io.Writer, contentType string, p *picture, f io.ReadSeeker) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch contentType {
	case pngType:
		return copyPNG(w, f)
	case webpType:
		return copyWebP(w, f)
	}
	return jpeg.Encode(w, p.image, &jpeg.Options{Quality: 90})
}

// writeThumbnail writes a small JPEG of the image, on white.
func writeThumbnail(w io.Writer, p *picture) error {
	b := p.image.Bounds()
	width, height := b.Dx(), b.Dy()
	if longest := max(width, height); longest > thumbSize {
		width, height = max(1, width*thumbSize/longest), max(1, height*thumbSize/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(small, small.Bounds(), p.image, b, draw.Over, nil)
	return jpeg.Encode(w, small, &jpeg.Options{Quality: 80})
}

// turn sets the pixels upright.
func (p *picture) turn() {
	if p.orientation == 1 {
		return
	}
	src := p.image
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if p.orientation >= 5 {
		w, h = h, w
	}
	ycc, fast := src.(*image.YCbCr)
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := p.source(x, y, b.Dx(), b.Dy())
			if fast {
				i, j := ycc.YOffset(b.Min.X+sx, b.Min.Y+sy), ycc.COffset(b.Min.X+sx, b.Min.Y+sy)
				r, g, bl := color.YCbCrToRGB(ycc.Y[i], ycc.Cb[j], ycc.Cr[j])
				o := out.PixOffset(x, y)
				out.Pix[o], out.Pix[o+1], out.Pix[o+2], out.Pix[o+3] = r, g, bl, 255
			} else {
				out.Set(x, y, src.At(b.Min.X+sx, b.Min.Y+sy))
			}
		}
	}
	p.image = out
}

// source says which pixel of the stored image of that size stands at x, y once upright.
func (p *picture) source(x, y, w, h int) (int, int) {
	switch p.orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// jpegOrientation reads the orientation from the EXIF part of a JPEG, 1 when there is
// none.
func jpegOrientation(f io.ReadSeeker) (int, error) {
	if _, err := f.Seek(2, io.SeekStart); err != nil {
		return 1, err
	}
	r := bufio.NewReader(f)
	for range 64 {
		var head [4]byte
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xFF || head[1] == 0xDA {
			return 1, nil
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - 2
		if n < 0 {
			return 1, nil
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(r, part); err != nil {
			return 1, nil
		}
		if head[1] == 0xE1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")) {
			return exifOrientation(part[6:]), nil
		}
	}
	return 1, nil
}

// exifOrientation finds tag 0x0112 in the first directory of a TIFF structure.
func exifOrientation(t []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(t, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(t) < 8 {
		return 1
	}
	at := int64(order.Uint32(t[4:]))
	if at+2 > int64(len(t)) {
		return 1
	}
	entries := t[at+2:]
	for i := range int(order.Uint16(t[at:])) {
		if (i+1)*12 > len(entries) {
			return 1
		}
		e := entries[i*12:]
		if order.Uint16(e) == 0x0112 {
			if o := int(order.Uint16(e[8:])); o >= 1 && o <= 8 {
				return o
			}
			return 1
		}
	}
	return 1
}

// pngParts are the chunks that make the picture and its colours.
var pngParts = " IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT pHYs bKGD "

func copyPNG(w io.Writer, r io.Reader) error {
	in := bufio.NewReader(r)
	if _, err := io.CopyN(w, in, 8); err != nil {
		return errDamaged
	}
	for {
		head, err := in.Peek(8)
		if err != nil {
			return errDamaged
		}
		kind := string(head[4:])
		out := w
		if !strings.Contains(pngParts, " "+kind+" ") {
			out = io.Discard
		}
		if _, err := io.CopyN(out, in, 12+int64(binary.BigEndian.Uint32(head))); err != nil {
			return ended(err)
		}
		if kind == "IEND" {
			return nil
		}
	}
}

// webpParts are the chunks that make the picture and its colours.
var webpParts = " VP8  VP8L VP8X ALPH ICCP "

// copyWebP rewrites the container; its length comes first, so the parts to keep, at most
// imageLimit, are collected in memory.
func copyWebP(w io.Writer, r io.Reader) error {
	in := bufio.NewReader(r)
	var head [12]byte
	if _, err := io.ReadFull(in, head[:]); err != nil {
		return errDamaged
	}
	left := int64(binary.LittleEndian.Uint32(head[4:])) - 4
	var parts bytes.Buffer
	for left >= 8 {
		chunk, err := in.Peek(8)
		if err != nil {
			break // some encoders count wrong; what was decoded is complete
		}
		kind := string(chunk[:4])
		n := 8 + int64(binary.LittleEndian.Uint32(chunk[4:]))
		n += n & 1
		if n > imageLimit || kind == "VP8X" && n < 18 {
			return errDamaged
		}
		start := parts.Len()
		var out io.Writer = &parts
		if !strings.Contains(webpParts, " "+kind+" ") {
			out = io.Discard
		}
		if _, err := io.CopyN(out, in, n); err != nil {
			return ended(err)
		}
		if kind == "VP8X" {
			parts.Bytes()[start+8] &^= 0x08 | 0x04 | 0x02 // no EXIF, no XMP, no animation
		}
		left -= n
	}
	binary.LittleEndian.PutUint32(head[4:], uint32(parts.Len()+4))
	if _, err := w.Write(head[:]); err != nil {
		return err
	}
	_, err := parts.WriteTo(w)
	return err
}

// ended makes of a file that ends too early an error of the file.
func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errDamaged
	}
	return models.Wrap(models.KindUnavailable, err)
}
