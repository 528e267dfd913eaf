package sanitise

import (
	"bytes"
	"encoding/binary"
	"image"
)

// exifPrefix stands before Exif data in JPEG, and, against the rules, in some others.
const exifPrefix = "Exif\x00\x00"

// maxExif is how much of Exif data is looked at, in bytes: as much as fits into a JPEG.
const maxExif = 64 << 10

// upright is the orientation of a picture that need not be turned.
const upright = 1

// orientation returns the value from 1 to 8 of tag 0x0112 in the first directory of
// Exif data (CIPA DC-008, 4.6.4), upright where there is none. Nothing else is read.
func orientation(exif []byte) int {
	const header, entrySize, tag, short = 8, 12, 0x0112, 3
	exif = bytes.TrimPrefix(exif, []byte(exifPrefix))
	if len(exif) < header {
		return upright
	}
	var order binary.ByteOrder
	switch string(exif[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	directory := int64(order.Uint32(exif[4:]))
	if directory+2 > int64(len(exif)) {
		return upright
	}
	entries := exif[directory:]
	for range order.Uint16(entries) {
		if len(entries) < 2+entrySize {
			break
		}
		e := entries[2:]
		if order.Uint16(e) == tag && order.Uint16(e[2:]) == short {
			if v := int(order.Uint16(e[8:])); v >= 1 && v <= 8 {
				return v
			}
			break
		}
		entries = entries[entrySize:]
	}
	return upright
}

// turn returns m as it is meant to be seen. Orientation says where row and column 0 of
// what is stored belong: 6, the most frequent, is "right, top", a quarter turn clockwise.
func turn(m *image.RGBA, orientation int) *image.RGBA {
	if orientation <= upright || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	swapped := orientation >= 5
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if swapped {
		out = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			// Where the pixel belongs: first mirrored, then the axes exchanged.
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(out.Pix[out.PixOffset(tx, ty):][:4], m.Pix[m.PixOffset(x, y):][:4])
		}
	}
	return out
}
