package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"conurb/plan"
	"conurb/plan/board"
	"conurb/plan/pack"
	"conurb/store"
	"conurb/trust/evidence"
)

// The refusals that a command or door puts into words.
var (
	ErrUnknown    = errors.New("not known")
	ErrNoDatabase = errors.New("there is no database")
	ErrNoReason   = errors.New("a withdrawal needs its reason")
)

// Options are how a node is started.
type Options struct {
	Pack    *pack.Pack       // loaded and without a fault
	Data    string           // folder of the database file and the key
	DB      string           // a database elsewhere, postgres://...; empty means SQLite in Data
	Now     func() time.Time // time.Now when nil
	Version string           // of the program
	Demo    bool             // deeds may pretend to be of a moment before
	Results int64            // room for results of long work, bytes; store.DefaultResults when 0
}

// App is a running node.
type App struct {
	pack    *pack.Pack
	store   *store.Store // nil in memory
	now     func() time.Time
	zone    *time.Location
	version string
	dsn     string

	mu     sync.RWMutex
	ledger *board.Ledger
	known  int64 // entries of the log that the ledger holds
	past   map[string]*pack.Pack

	boards shelf
}

// The files of the data folder.
const (
	databaseFile = "conurb.db"
	keyFile      = "node.key"
)

// HasDatabase reports whether a data folder holds a database.
func HasDatabase(data string) bool {
	_, err := os.Stat(filepath.Join(data, databaseFile))
	return err == nil
}

// dsnOf is the database that the options name.
func dsnOf(data, db string) string {
	if db != "" {
		return db
	}
	return "sqlite:" + filepath.Join(data, databaseFile)
}

func newApp(o Options) (*App, error) {
	a := &App{pack: o.Pack, now: o.Now, version: o.Version, past: map[string]*pack.Pack{}}
	if a.now == nil {
		a.now = time.Now
	}
	zone, err := time.LoadLocation(o.Pack.Timezone)
	if err != nil {
		return nil, fmt.Errorf("time zone of the pack: %w", err)
	}
	a.zone = zone
	return a, nil
}

// InMemory judges a pack without a database: nothing is logged, and nothing can
// be written.
func InMemory(o Options) (*App, error) {
	a, err := newApp(o)
	if err != nil {
		return nil, err
	}
	rows := make([]plan.Observation, len(o.Pack.Plan.Observations))
	for i, r := range o.Pack.Plan.Observations {
		r.Version, r.Log, r.By = 1, -1, store.ByPack
		rows[i] = r
	}
	a.ledger = board.NewLedger(rows)
	return a, nil
}

// Open starts a node: it opens the database, logs the pack when it has changed,
// and reads all observations.
func Open(ctx context.Context, o Options) (*App, error) {
	a, err := newApp(o)
	if err != nil {
		return nil, err
	}
	signer, err := nodeKey(o.Data, o.Pack.ID)
	if err != nil {
		return nil, err
	}
	a.dsn = dsnOf(o.Data, o.DB)
	if a.store, err = store.Open(ctx, a.dsn, store.Options{Signer: signer, Now: a.now, Results: o.Results, Demo: o.Demo}); err != nil {
		return nil, err
	}
	if err := a.begin(ctx); err != nil {
		a.store.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) begin(ctx context.Context) error {
	p := a.pack
	_, err := a.store.SyncPack(ctx, store.PackVersion{Pack: p.ID, Digest: p.Digest, Files: p.Files, Observations: p.Plan.Observations, On: a.Today()})
	if err != nil {
		return fmt.Errorf("pack %s: %w", p.ID, err)
	}
	size, err := a.store.Size(ctx)
	if err != nil {
		return err
	}
	all, err := a.store.Observations(ctx, size)
	if err != nil {
		return err
	}
	a.ledger, a.known = board.NewLedger(all), size
	return nil
}

// Close closes the database.
func (a *App) Close() error {
	if a.store == nil {
		return nil
	}
	return a.store.Close()
}

// Database names the database for people, without a password.
func (a *App) Database() string {
	if before, rest, ok := strings.Cut(a.dsn, "@"); ok {
		scheme, _, _ := strings.Cut(before, "://")
		return scheme + "://" + rest
	}
	return a.dsn
}

// refresh takes in what has been written since, by this process or another.
func (a *App) refresh(ctx context.Context) error {
	if a.store == nil {
		return nil
	}
	size, err := a.store.Size(ctx)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if size <= a.known {
		return nil
	}
	more, err := a.store.ObservationsBetween(ctx, a.known, size)
	if err != nil {
		return err
	}
	if len(more) > 0 {
		a.ledger = a.ledger.With(more)
		a.boards.clear()
	}
	a.known = size
	return nil
}

// packAt returns the pack that was in force after the first entries of the log.
func (a *App) packAt(ctx context.Context, atLog int64) (*pack.Pack, error) {
	v, err := a.store.PackAt(ctx, atLog)
	if err != nil {
		return nil, fmt.Errorf("pack after %d entries: %w", atLog, err)
	}
	if v.Digest == a.pack.Digest {
		return a.pack, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p := a.past[v.Digest]; p != nil {
		return p, nil
	}
	p, err := loadFiles(v.Files)
	if err != nil {
		return nil, err
	}
	a.past[v.Digest] = p
	return p, nil
}

// loadFiles reads a pack that was without a fault when it was logged.
func loadFiles(files map[string][]byte) (*pack.Pack, error) {
	p, problems := pack.LoadFiles(files)
	if len(problems) > 0 {
		return nil, fmt.Errorf("a pack of the log cannot be read by this version of the program: %s:%d: %s",
			problems[0].File, problems[0].Line, problems[0].Code)
	}
	return p, nil
}

// nodeKey reads the key that signs the log, and makes it at the first start. The
// file is readable by its owner only; whoever has it can sign as this node.
func nodeKey(data, name string) (*evidence.Signer, error) {
	file := filepath.Join(data, keyFile)
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		b, err = makeKey(file, name)
	}
	if err != nil {
		return nil, fmt.Errorf("node key: %w", err)
	}
	signer, err := evidence.NewSigner(strings.TrimSpace(string(b)))
	if err != nil {
		return nil, fmt.Errorf("node key %s: %w", file, err)
	}
	return signer, nil
}

func makeKey(file, name string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	secret, _, err := evidence.GenerateKey(rand.Reader, "conurb/"+name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) { // another process was faster
		return os.ReadFile(file)
	}
	if err != nil {
		return nil, err
	}
	if _, err := f.WriteString(secret + "\n"); err != nil {
		f.Close()
		return nil, err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return nil, err
	}
	return []byte(secret), f.Close()
}

// Store is the database; nil in memory.
func (a *App) Store() *store.Store { return a.store }

// Zone is the area's time zone.
func (a *App) Zone() *time.Location { return a.zone }

// Now is this moment by the node's clock.
func (a *App) Now() time.Time { return a.now() }
