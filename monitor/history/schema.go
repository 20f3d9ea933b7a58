package history

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
)

// applicationID is "LicW" in the file's header, so that file(1) and others can tell what it is.
const applicationID = 0x4c696357

//go:embed schema/1.sql
var version1 string

//go:embed schema/2.sql
var version2 string

//go:embed schema/views.sql
var views string

// migrations lead from each version to the next, from 0, an empty file, on. What has been released is never changed.
var migrations = []string{version1, version2}

var (
	errForeign = errors.New("it is another program's database")
	errNewer   = errors.New("it was written by a newer Licensewatch")
)

// migrate brings the schema to the present version, a step at a time, each whole or not at all.
func migrate(ctx context.Context, conn *sql.Conn) error {
	version, err := version(ctx, conn)
	if err != nil {
		return err
	}
	if version == 0 { // settled before the first table is made
		if _, err := conn.ExecContext(ctx, "pragma auto_vacuum = incremental; pragma journal_mode = wal"); err != nil {
			return err
		}
	}
	for ; version < len(migrations); version++ {
		drop, err := dropViews(ctx, conn)
		if err != nil {
			return err
		}
		script := fmt.Sprintf("begin immediate; %s %s; pragma application_id = %d; pragma user_version = %d; ",
			drop, migrations[version], applicationID, version+1)
		if version+1 == len(migrations) {
			script += views
		}
		if _, err := conn.ExecContext(ctx, script+"; commit"); err != nil {
			return fmt.Errorf("from version %d to %d: %w", version, version+1, err)
		}
	}
	return nil
}

// version returns the schema's version: 0 of an empty file.
func version(ctx context.Context, conn *sql.Conn) (int, error) {
	var tables, application, version int
	err := conn.QueryRowContext(ctx, "select (select count(*) from sqlite_schema), application_id, user_version from pragma_application_id, pragma_user_version").
		Scan(&tables, &application, &version)
	switch {
	case err != nil:
		return 0, err
	case tables == 0 && application == 0 && version == 0:
		return 0, nil
	case application != applicationID || version == 0:
		return 0, errForeign
	case version > len(migrations):
		return 0, errNewer
	}
	return version, nil
}

func dropViews(ctx context.Context, conn *sql.Conn) (script string, err error) {
	err = conn.QueryRowContext(ctx, "select coalesce(group_concat('drop view ' || name || ';', ' '), '') from sqlite_schema where type = 'view'").Scan(&script)
	return script, err
}
