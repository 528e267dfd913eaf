package whatsapptest

import "go.mau.fi/libsignal/logger"

// The Signal library sets its logger up when it first has something to say, in
// whichever goroutine that is, and prints what this package does on purpose.
func init() {
	if logger.Logger == nil {
		logger.Logger = quiet{}
	}
}

type quiet struct{}

func (quiet) Debug(string, string)   {}
func (quiet) Info(string, string)    {}
func (quiet) Warning(string, string) {}
func (quiet) Error(string, string)   {}
func (quiet) Configure(string)       {}
