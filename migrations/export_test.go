package migrations

// The same as Up and Check, with other files than the embedded ones.
var (
	UpFrom    = up
	CheckWith = check
)

// LockKey is the key of the advisory lock.
const LockKey = lockKey
