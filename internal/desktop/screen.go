//go:build linux

package desktop

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
)

// Screen returns what the screen shows.
//
// Xvfb keeps its frame buffer in a file in the form of xwd(1): a header of big-endian words, a colour
// table of 12 bytes an entry, then the lines of pixels.
func (d *Desktop) Screen() (*image.RGBA, error) {
	b, err := os.ReadFile(d.Path("Xvfb_screen0"))
	if err != nil {
		return nil, fmt.Errorf("frame buffer: %w", err)
	}
	const header, version, bitsPerPixel = 100, 7, 32
	word := func(i int) int { return int(binary.BigEndian.Uint32(b[4*i:])) }
	if len(b) < header || word(1) != version || word(11) != bitsPerPixel {
		return nil, errors.New("frame buffer: not 32 bits a pixel in xwd form")
	}
	size, stride, start := image.Pt(word(4), word(5)), word(12), word(0)+12*word(19)
	if start+stride*size.Y > len(b) {
		return nil, errors.New("frame buffer: shorter than its header says")
	}
	img := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		line, to := b[start+y*stride:], img.Pix[y*img.Stride:]
		for x := range size.X { // blue, green, red, unused
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = line[4*x+2], line[4*x+1], line[4*x], 0xff
		}
	}
	return img, nil
}

// Screenshot saves the screen as a PNG file.
func (d *Desktop) Screenshot(path string) error {
	img, err := d.Screen()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, img), f.Close())
}
