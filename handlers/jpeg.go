package handlers

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// copyJPEG copies a JPEG without anything that tells where, when or by whom it was taken: the parts
// that make the picture and its colours, and how it has to be turned, are kept as they are, all else
// and what stands behind the end is left out. errDamaged when it is no whole JPEG.
//
// Pictures of a document are not encoded anew and turned upright, as others are: the document may
// turn them itself.
func copyJPEG(w io.Writer, r io.Reader) error {
	in, out := bufio.NewReader(r), bufio.NewWriter(w)
	var start [2]byte
	if _, err := io.ReadFull(in, start[:]); err != nil || start != [2]byte{0xFF, 0xD8} {
		return errDamaged
	}
	out.Write(start[:])
	for {
		kind, err := nextMarker(in)
		if err != nil {
			return err
		}
		if kind == 0xD9 {
			out.Write([]byte{0xFF, kind})
			return out.Flush()
		}
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return ended(err)
		}
		n := int(binary.BigEndian.Uint16(length[:])) - 2
		if n < 0 {
			return errDamaged
		}
		part := make([]byte, n)
		if _, err := io.ReadFull(in, part); err != nil {
			return ended(err)
		}
		if part := keptOfJPEG(kind, part); part != nil {
			out.Write([]byte{0xFF, kind})
			out.Write(binary.BigEndian.AppendUint16(nil, uint16(len(part)+2)))
			out.Write(part)
		}
		if kind == 0xDA {
			if err := copyScan(out, in); err != nil {
				return ended(err)
			}
		}
	}
}

// nextMarker reads a marker, before which there may be bytes to fill up.
func nextMarker(in *bufio.Reader) (byte, error) {
	b, err := in.ReadByte()
	if err == nil && b != 0xFF {
		return 0, errDamaged
	}
	for b == 0xFF && err == nil {
		b, err = in.ReadByte()
	}
	if err != nil {
		return 0, ended(err)
	}
	return b, nil
}

// keptOfJPEG returns what is kept of a part that is of that kind; nil: nothing.
func keptOfJPEG(kind byte, part []byte) []byte {
	switch {
	case kind == 0xE0 && len(part) >= 14 && bytes.HasPrefix(part, []byte("JFIF\x00")):
		part[12], part[13] = 0, 0 // without its small picture
		return part[:14]
	case kind == 0xE1 && bytes.HasPrefix(part, []byte("Exif\x00\x00")):
		if o := exifOrientation(part[6:]); o != 1 {
			return append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), byte(o), 0, 0, 0, 0, 0, 0)
		}
		return nil
	case kind == 0xE2 && bytes.HasPrefix(part, []byte("ICC_PROFILE\x00")), kind == 0xEE && bytes.HasPrefix(part, []byte("Adobe")):
		return part
	case kind >= 0xE0 && kind <= 0xEF, kind == 0xFE:
		return nil
	}
	return part
}

// copyScan copies the pixels up to the next marker that is none of theirs.
func copyScan(out *bufio.Writer, in *bufio.Reader) error {
	for {
		next, err := in.Peek(2)
		if err != nil {
			return err
		}
		if k := next[1]; next[0] == 0xFF && k != 0 && k != 0xFF && (k < 0xD0 || k > 0xD7) {
			return nil
		}
		out.WriteByte(next[0])
		in.Discard(1)
	}
}
