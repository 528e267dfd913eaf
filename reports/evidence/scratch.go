package evidence

import (
	"crypto/rand"
	"fmt"
	"os"
	"path"
)

// Scratch returns an empty file that has no name: it is gone once it is closed,
// or with the process. The caller closes it.
func (v *Vault) Scratch() (*os.File, error) {
	name := path.Join(incomingFolder, "scratch-"+rand.Text())
	f, err := v.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make a scratch file: %w", err)
	}
	_ = v.root.Remove(name) // where that is not possible, as on Windows, it is swept by age
	return f, nil
}
