// Package atomicfile replaces small files so that a crash at any instant leaves the old or the new
// content readable, and keeps the content before as one previous generation beside it if it is wanted.
package atomicfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// backup is what is added to a file's name for its previous generation.
const backup = ".bak"

// Write gives the file at path the content data and exactly the mode perm. What was there before is
// kept as path + ".bak". If path is a symbolic link, the file that it leads to is written. The folder
// must exist.
func Write(path string, data []byte, perm fs.FileMode) error {
	w := &writing{path: resolve(path), data: data, perm: perm}
	return w.do(path, w.steps())
}

// Replace is Write without a previous generation: for what can be made again.
func Replace(path string, data []byte, perm fs.FileMode) error {
	w := &writing{path: resolve(path), data: data, perm: perm}
	return w.do(path, []func() error{w.stageNew, w.swapNew, w.syncDir})
}

func (w *writing) do(path string, steps []func() error) error {
	defer w.discard()
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("write %s: %w", path, cause(err))
		}
	}
	return nil
}

// cause is what went wrong, without the names of temporary files, which say nothing to anybody.
func cause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	if l, ok := errors.AsType[*os.LinkError](err); ok {
		return l.Err
	}
	return err
}

// Read returns the content of the file at path if valid accepts it, else its previous generation if
// valid accepts that, else the error about the file itself. A file that never was gives fs.ErrNotExist.
func Read(path string, valid func([]byte) error) ([]byte, error) {
	path = resolve(path)
	data, err := readValid(path, valid)
	if err == nil {
		return data, nil
	}
	old, oldErr := readValid(path+backup, valid)
	if oldErr == nil {
		return old, nil
	}
	if errors.Is(err, fs.ErrNotExist) && !errors.Is(oldErr, fs.ErrNotExist) {
		err = oldErr // there was a file once: that must not look like a first start
	}
	return nil, err
}

func readValid(path string, valid func([]byte) error) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if err := valid(data); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, nil
}

// resolve follows symbolic links as far as they lead to something.
func resolve(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// writing is one Write under way. The previous generation changes last, when the new content is safely
// in place: the content before may be damaged, and then the generation before it is all there is.
type writing struct {
	path string
	data []byte
	perm fs.FileMode

	fresh, old string // temporary files, "" when there is none
}

func (w *writing) steps() []func() error {
	return []func() error{w.stageNew, w.stageOld, w.swapNew, w.syncDir, w.swapOld, w.syncDir}
}

func (w *writing) stageNew() (err error) {
	w.fresh, err = stage(w.path, w.data, w.perm)
	return err
}

func (w *writing) stageOld() error {
	data, err := os.ReadFile(w.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	about, err := os.Stat(w.path)
	if err != nil {
		return err
	}
	w.old, err = stage(w.path, data, about.Mode().Perm())
	return err
}

func (w *writing) swapNew() error {
	if err := rename(w.fresh, w.path); err != nil {
		return err
	}
	w.fresh = ""
	return nil
}

func (w *writing) swapOld() error {
	if w.old == "" {
		return nil
	}
	if err := rename(w.old, w.path+backup); err != nil {
		return err
	}
	w.old = ""
	return nil
}

func (w *writing) syncDir() error { return syncDir(filepath.Dir(w.path)) }

// discard removes what a failed Write left under temporary names.
func (w *writing) discard() {
	for _, name := range []string{w.fresh, w.old} {
		if name != "" {
			os.Remove(name)
		}
	}
}

// stage writes data to a new temporary file beside path, down to the disk, and returns its name.
func stage(path string, data []byte, perm fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}
