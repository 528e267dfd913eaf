// Package sanitise makes copies of evidence that may leave the vault: a copy holds what
// is seen and heard and nothing else that the original says, such as places, times,
// names, cameras and programs.
//
// Nothing is removed from a file; a new one is built from the parts that are known. So
// what nobody has thought of is left behind as well.
//
//   - Pictures (JPEG, PNG, WebP, GIF) are drawn and encoded anew, turned as their
//     orientation says, at most 2560 pixels long. Of moving ones the first frame is
//     kept. Colour profiles are not followed and not kept: a photo in a wide gamut, as
//     iPhones take them, looks a little paler.
//   - Videos (MP4, QuickTime) with H.264 or H.265 and AAC or MP3 become MP4: tables
//     written anew, coded pictures and sound as they were, less what decoders do not
//     show. See movie.go.
//
// What is visible or audible stays, whoever is on it. What an encoder wove into coded
// pictures or sound of a video stays too: watermarks, and the fill bytes of AAC, in
// which some programs leave their name. Pictures lose such things only as far as
// encoding anew loses them. Parts of a video that an edit list hides stay.
package sanitise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
)

// The reasons why there is no copy. Trying again changes nothing.
var (
	// ErrUnsupported: nobody has taught this package to copy such a file.
	ErrUnsupported = errors.New("no sanitised copy can be made of this kind of file")
	// ErrDamaged: the file is not what its type says, or not whole.
	ErrDamaged = errors.New("the file is damaged")
	// ErrTooLarge: a copy would cost more memory or time than one file may.
	ErrTooLarge = errors.New("the file is too large to be copied")
)

// Result says what Copy wrote.
type Result struct {
	Type  string // MIME type, which may differ from the original's
	Ext   string // file name extension that fits Type, such as ".jpg"
	Bytes int64  // how many were written
	// Width and Height are in pixels, as people see it, after turning.
	Width, Height int
}

// copier writes a copy of src to dst; what it returns needs no Bytes.
type copier func(dst *sink, src *source) (Result, error)

var copiers = map[string]copier{
	"image/jpeg":      picture(surveyJPEG),
	"image/png":       picture(surveyPNG),
	"image/apng":      picture(surveyPNG),
	"image/webp":      picture(surveyWebP),
	"image/gif":       picture(surveyGIF),
	"video/mp4":       copyMovie,
	"video/x-m4v":     copyMovie,
	"video/quicktime": copyMovie,
}

// Supports reports whether Copy knows the type, a MIME type as evidence.Stored has it.
func Supports(mimeType string) bool { return copiers[mimeType] != nil }

// Types returns the MIME types that Copy knows, in order.
func Types() []string { return slices.Sorted(maps.Keys(copiers)) }

// Copy writes to dst a copy of src, whose size is in bytes, that holds nothing but what
// is seen and heard, and says what it wrote. mimeType is that of evidence.Stored.
//
// Errors: ErrUnsupported, ErrDamaged and ErrTooLarge are final; a cancelled ctx comes
// back as its error; anything else is the trouble of src or dst, and another try may
// succeed. After an error dst may hold a part that is not to be used; a file that is
// refused for its looks is refused before anything is written. No error quotes the file.
//
// One call takes up to 400 MB for the largest pictures, 60 MB for a photo of 12
// megapixels, and for videos some four times the size of their tables (16 MB at most),
// however long they are. Its time grows with the file and its pixels; one call at a time
// and process is a good measure. It is safe for concurrent use.
func Copy(ctx context.Context, dst io.Writer, src io.ReaderAt, size int64, mimeType string) (Result, error) {
	run := copiers[mimeType]
	if run == nil {
		return Result{}, ErrUnsupported
	}
	in := &source{ctx: ctx, r: src, size: size}
	out := &sink{ctx: ctx, w: dst}
	result, err := run(out, in)
	// Decoders wrap and replace the errors of what they read from.
	for _, trouble := range []error{in.err, out.err} {
		if err != nil && trouble != nil {
			return Result{}, fmt.Errorf("sanitise evidence: %w", trouble)
		}
	}
	if err != nil {
		return Result{}, err
	}
	result.Bytes = out.n
	return result, nil
}

// damaged and tooLarge say why in words of this package, never in those of the file.
func damaged(why string) error  { return fmt.Errorf("%w: %s", ErrDamaged, why) }
func tooLarge(why string) error { return fmt.Errorf("%w: %s", ErrTooLarge, why) }

func unsupported(why string) error { return fmt.Errorf("%w: %s", ErrUnsupported, why) }
