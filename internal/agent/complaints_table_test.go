package agent

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// fewest is how many complaints the table has at least.
const fewest = 25

func TestTheTableOfComplaints(t *testing.T) {
	data, err := os.ReadFile("../../docs/complaints.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range problemsOfTable(string(data), testsOf(t, "../..")) {
		t.Error(problem)
	}
}

// A table that is wrong must not pass.
func TestATableThatIsWrongIsRefused(t *testing.T) {
	tests := map[string]bool{"agent.TestNoise": true, "agent.TestNoise/sent-on-every-check": true}
	const thread = "[a/b#1](https://github.com/a/b/issues/1)"
	row := func(cells ...string) string { return "| " + strings.Join(cells, " | ") + " |\n" }
	good := row(thread, "wrong", "right", "`agent.TestNoise/sent-on-every-check`")
	for name, tt := range map[string]struct{ table, want string }{
		"it is as it should be":          {strings.Repeat(good, fewest), "[]"},
		"too few":                        {strings.Repeat(good, fewest-1), "24 complaints"},
		"no thread":                      {strings.Repeat(good, fewest) + row("somewhere", "wrong", "right", "`agent.TestNoise`"), "no thread"},
		"a thread that leads elsewhere":  {strings.Repeat(good, fewest) + row("[a/b#2](https://github.com/a/b/issues/1)", "wrong", "right", "`agent.TestNoise`"), "no thread"},
		"no test":                        {strings.Repeat(good, fewest) + row(thread, "wrong", "right", "by hand"), "names no test"},
		"a test that is not there":       {strings.Repeat(good, fewest) + row(thread, "wrong", "right", "`agent.TestPeace`"), "agent.TestPeace"},
		"a part of it that is not there": {strings.Repeat(good, fewest) + row(thread, "wrong", "right", "`agent.TestNoise/silence`"), "agent.TestNoise/silence"},
		"nothing went wrong":             {strings.Repeat(good, fewest) + row(thread, "", "right", "`agent.TestNoise`"), "an empty cell"},
		"a row of three":                 {strings.Repeat(good, fewest) + row(thread, "wrong", "`agent.TestNoise`"), "3 cells"},
	} {
		if got := fmt.Sprint(problemsOfTable(tt.table, tests)); !strings.Contains(got, tt.want) {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

var (
	threadCell = regexp.MustCompile(`^\[([\w.-]+/[\w.-]+)#(\d+)\]\(https://github\.com/([\w.-]+/[\w.-]+)/(?:issues|pull|discussions)/(\d+)\)$`)
	testName   = regexp.MustCompile("`(\\w+\\.Test[^`]+)`")
)

// problemsOfTable returns what is wrong with the rows of a table, given the tests that there are.
func problemsOfTable(text string, tests map[string]bool) []string {
	var problems []string
	rows := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") || strings.HasPrefix(line, "|---") || strings.HasPrefix(line, "| Thread ") {
			continue
		}
		rows++
		for _, p := range problemsOfRow(line, tests) {
			problems = append(problems, fmt.Sprintf("%q: %s", line, p))
		}
	}
	if rows < fewest {
		problems = append(problems, fmt.Sprintf("%d complaints, want %d at least", rows, fewest))
	}
	return problems
}

func problemsOfRow(line string, tests map[string]bool) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	if len(cells) != 4 {
		return []string{fmt.Sprintf("%d cells, want the thread, what went wrong, what is done, and the test", len(cells))}
	}
	var problems []string
	for i := range cells {
		if cells[i] = strings.TrimSpace(cells[i]); cells[i] == "" {
			problems = append(problems, "an empty cell")
		}
	}
	if m := threadCell.FindStringSubmatch(cells[0]); m == nil || m[1] != m[3] || m[2] != m[4] {
		problems = append(problems, "no thread, or a link to another one")
	}
	named := testName.FindAllStringSubmatch(cells[3], -1)
	if len(named) == 0 {
		problems = append(problems, "it names no test")
	}
	for _, n := range named {
		if !tests[n[1]] {
			problems = append(problems, "there is no test "+n[1])
		}
	}
	return problems
}

// testsOf returns the tests of a module as package.TestName, and as package.TestName/part for each text beside them that may name a part.
func testsOf(t *testing.T, root string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != root && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		take(file, found)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// take adds the tests of a file, each with the texts in its body.
func take(file *ast.File, found map[string]bool) {
	pkg := strings.TrimSuffix(file.Name.Name, "_test")
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "Test") {
			continue
		}
		name := pkg + "." + f.Name.Name
		found[name] = true
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
				if text, err := strconv.Unquote(l.Value); err == nil {
					found[name+"/"+strings.ReplaceAll(text, " ", "_")] = true
				}
			}
			return true
		})
	}
}
