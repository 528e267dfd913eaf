//go:build race

package whatsapp

// raceDetector says that the race detector watches.
const raceDetector = true
