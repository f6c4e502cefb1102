package powerloss_test

import (
	"bufio"
	"database/sql"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"conurb/internal/powerloss"
)

func open(file, synchronous string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous("+synchronous+")")
	if err == nil {
		_, err = db.Exec(`CREATE TABLE IF NOT EXISTS a (n INTEGER PRIMARY KEY, text TEXT)`)
	}
	return db, err
}

// work writes rows until it is killed, and says which are safe.
func work(file, synchronous string, seed uint64) error {
	if err := powerloss.Install(seed); err != nil {
		return err
	}
	db, err := open(file, synchronous)
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(3)
	var n int
	if err := db.QueryRow(`SELECT COALESCE(MAX(n), 0) FROM a`).Scan(&n); err != nil {
		return err
	}
	for {
		n++
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO a VALUES (?, ?)`, n, fmt.Sprintf("%0500d", n)); err != nil {
			return err
		}
		if err := tx.Commit(); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// cut lets a process work and takes its power; it returns the last row that was said to be safe.
func cut(t *testing.T, file, synchronous, lie string, seed uint64, after time.Duration) (last int) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(self, "-test.run", "^TestWhatIsCommittedStays$")
	c.Env = append(os.Environ(), "POWERLOSS_FILE="+file, "POWERLOSS_SYNC="+synchronous, "POWERLOSS_LIE="+lie, "POWERLOSS_SEED="+fmt.Sprint(seed))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan int)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := strconv.Atoi(lines.Text()); err == nil {
				last = n
			}
		}
		done <- last
	}()
	time.Sleep(after)
	c.Process.Kill()
	last = <-done
	c.Wait()
	return last
}

// TestWhatIsCommittedStays: with synchronous=FULL every row that was said to be safe outlives the
// loss of power, and the database is whole; where the disk lies, or SQLite is told not to wait for
// it, rows are lost, so that the test would see it.
func TestWhatIsCommittedStays(t *testing.T) {
	if file := os.Getenv("POWERLOSS_FILE"); file != "" {
		if os.Getenv("POWERLOSS_LIE") != "" {
			powerloss.Lie()
		}
		seed, _ := strconv.ParseUint(os.Getenv("POWERLOSS_SEED"), 10, 64)
		log.Fatal(work(file, os.Getenv("POWERLOSS_SYNC"), seed))
	}
	if testing.Short() {
		t.Skip("-short: nothing is killed")
	}
	for _, c := range []struct {
		name, synchronous, lie string
		loses                  bool
	}{{"full", "FULL", "", false}, {"a disk that lies", "FULL", "yes", true}, {"not waited for", "NORMAL", "", true}} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "a.db")
			lost, rows := 0, 0
			for round := range 5 {
				last := cut(t, file, c.synchronous, c.lie, uint64(round), time.Duration(300+rand.IntN(500))*time.Millisecond)
				db, err := open(file, c.synchronous)
				if err != nil {
					if c.loses {
						lost++
						break
					}
					t.Fatal(err)
				}
				var n, count int
				var sound string
				if err := db.QueryRow(`SELECT COALESCE(MAX(n), 0), COUNT(*), (SELECT * FROM pragma_integrity_check LIMIT 1) FROM a`).Scan(&n, &count, &sound); err != nil || sound != "ok" {
					if !c.loses {
						t.Fatalf("round %d: %s, %v", round, sound, err)
					}
					lost++
				}
				db.Close()
				if count != n && !c.loses {
					t.Fatalf("round %d: %d rows up to %d", round, count, n)
				}
				if n < last {
					lost++
				}
				rows = max(rows, n)
			}
			t.Logf("%d rows, %d rounds with losses", rows, lost)
			if (lost > 0) != c.loses || rows < 20 && !c.loses {
				t.Errorf("lost in %d rounds, %d rows", lost, rows)
			}
		})
	}
}
