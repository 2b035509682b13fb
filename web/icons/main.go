// Command icons draws the icons of the installed site into a folder, the same picture as
// static/icon.svg: run `go run ./web/icons web/static` after changing it.
package main

import (
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
)

var (
	blue  = color.NRGBA{0x0b, 0x57, 0xa4, 0xff}
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: icons FOLDER")
		os.Exit(2)
	}
	for _, icon := range []struct {
		name     string
		size     int
		maskable bool
	}{{"icon-192.png", 192, false}, {"icon-512.png", 512, false}, {"icon-maskable-512.png", 512, true}} {
		if err := write(filepath.Join(os.Args[1], icon.name), draw(icon.size, icon.maskable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func write(file string, picture image.Image) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(f, picture); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// draw makes the icon. A maskable one has no corners and keeps the picture within the
// middle, for whatever shape a phone cuts out.
func draw(size int, maskable bool) image.Image {
	const samples = 4
	picture := image.NewNRGBA(image.Rect(0, 0, size, size))
	for y := range size {
		for x := range size {
			var r, g, b, a int
			for i := range samples * samples {
				c := at((float64(x)+(float64(i%samples)+0.5)/samples)*64/float64(size), (float64(y)+(float64(i/samples)+0.5)/samples)*64/float64(size), maskable)
				r, g, b, a = r+int(c.R)*int(c.A), g+int(c.G)*int(c.A), b+int(c.B)*int(c.A), a+int(c.A)
			}
			if a > 0 {
				picture.SetNRGBA(x, y, color.NRGBA{uint8(r / a), uint8(g / a), uint8(b / a), uint8(a / (samples * samples))})
			}
		}
	}
	return picture
}

// at is the colour of a point; the icon is 64 wide.
func at(x, y float64, maskable bool) color.NRGBA {
	ground := blue
	if maskable {
		x, y = 32+(x-32)/0.75, 32+(y-32)/0.75
	} else if !inRounded(x, y, 0, 0, 64, 64, 14) {
		return color.NRGBA{}
	}
	switch {
	case near(x, y, 22, 30, 29, 37, 2.5), near(x, y, 29, 37, 42, 23, 2.5): // the tick
		return blue
	case inRounded(x, y, 10, 16, 54, 44, 4), x >= 20 && x <= 32 && y >= 44 && y <= 54-(x-20)*10/12: // the bubble
		return white
	}
	return ground
}

func inRounded(x, y, left, top, right, bottom, corner float64) bool {
	if x < left || x > right || y < top || y > bottom {
		return false
	}
	dx, dy := math.Max(math.Max(left+corner-x, x-right+corner), 0), math.Max(math.Max(top+corner-y, y-bottom+corner), 0)
	return dx*dx+dy*dy <= corner*corner
}

// near reports whether a point is at most half a width away from a line.
func near(x, y, x1, y1, x2, y2, half float64) bool {
	t := ((x-x1)*(x2-x1) + (y-y1)*(y2-y1)) / ((x2-x1)*(x2-x1) + (y2-y1)*(y2-y1))
	t = math.Min(math.Max(t, 0), 1)
	return math.Hypot(x-x1-t*(x2-x1), y-y1-t*(y2-y1)) <= half
}
