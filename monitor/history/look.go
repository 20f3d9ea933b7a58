package history

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"licensewatch/monitor"
)

// Read returns what is on record of all in the file at path since an instant, and changes nothing. A file that does not exist gives an empty
// past; one of another version is an error. It is for programs beside the one that keeps the history.
func Read(ctx context.Context, path string, since time.Time) (monitor.Past, error) {
	past := monitor.Past{Since: since}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return past, nil
	}
	r := newReader(path)
	defer r.close()
	tx, err := r.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return past, fmt.Errorf("read the history %s: %w", path, err)
	}
	defer tx.Rollback()
	v := &view{ctx: ctx}
	err = v.begin(tx)
	if err == nil && v.tx == nil {
		err = errors.New("it was written by another version of Licensewatch; start this one once, or use that one")
	}
	if err == nil {
		err = errors.Join(v.events(&past, place{}), v.tellings(&past, place{}))
	}
	if err != nil {
		return monitor.Past{Since: since}, fmt.Errorf("read the history %s: %w", path, err)
	}
	return past, nil
}
