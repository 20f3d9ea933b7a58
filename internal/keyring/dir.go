package keyring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"licensewatch/internal/secret"
)

// maxFile is how many bytes of a secret's file are read at most; a longer one is an error.
const maxFile = 64 << 10

// Dir is a folder with one file per secret, as systemd's LoadCredential= and Kubernetes make them:
// "Head office.secret" holds what the site's sign-in needs, "Head office.apptoken" its application token,
// "Head office.proxy" the password of its proxy.
// One line end at the file's end is not part of the secret. The program never writes there.
type Dir string

// Get reads a site's secret. Its error is *Error, or ctx's.
func (d Dir) Get(ctx context.Context, site string, kind Kind) (secret.Text, error) {
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("secrets folder: %w", err)
	}
	name := FileName(site, kind)
	plain, err := d.read(name)
	if err != nil {
		return "", d.refuse(err, name, site, kind)
	}
	plain, _ = strings.CutSuffix(plain, "\n")
	plain, _ = strings.CutSuffix(plain, "\r")
	if plain == "" && kind == Password {
		return "", d.refuse(errEmpty, name, site, kind) // sent as a password it would count as a wrong one
	}
	return secret.Text(plain), nil
}

var (
	errNoFile = errors.New("not a plain file")
	errTooBig = errors.New("file too large")
	errEmpty  = errors.New("it is empty")
)

// read opens name beneath the folder only, whatever a site's name or a link says.
func (d Dir) read(name string) (string, error) {
	if strings.ContainsAny(name, `/\`) {
		return "", fs.ErrInvalid
	}
	root, err := os.OpenRoot(string(d))
	if err != nil {
		return "", &refusal{Absent, cause(err).Error()}
	}
	defer root.Close()
	about, err := root.Stat(name)
	if err != nil {
		return "", err
	}
	if !about.Mode().IsRegular() { // a pipe would block
		return "", errNoFile
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	plain, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(plain) > maxFile {
		err = errTooBig
	}
	return string(plain), err
}

// refuse words why the file called name does not give the secret.
func (d Dir) refuse(err error, name, site string, kind Kind) *Error {
	e := &Error{State: Failed, Site: site, Kind: kind}
	e.Text = fmt.Sprintf("%s in the secrets folder %s cannot be read (%v)", name, string(d), cause(err))
	e.Remedy = "Make it a file that this user may read."
	r, absent := errors.AsType[*refusal](err)
	switch {
	case absent:
		e.State = r.state
		e.Text = fmt.Sprintf("the secrets folder %s cannot be opened (%s)", string(d), r.reason)
		e.Remedy = "Name an existing folder with --secrets-dir, or leave that out to use the keyring."
	case errors.Is(err, fs.ErrNotExist):
		e.State = Missing
		e.Text = fmt.Sprintf("the secrets folder %s holds no %s for %q", string(d), kind.words(), site)
		e.Remedy = fmt.Sprintf("Put it there, into a file named %q.", name)
	case errors.Is(err, fs.ErrPermission):
		e.State = Denied
	case errors.Is(err, errEmpty):
		e.State = Missing
		e.Remedy = "Put the secret into it."
	case errors.Is(err, errTooBig):
		e.State = TooLong
		e.Remedy = fmt.Sprintf("Put the secret alone into it, %d bytes at most.", maxFile)
	}
	return e
}

// cause strips the path from an error of the file system.
func cause(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
