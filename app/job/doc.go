// Package job is long work: what takes more than a moment is asked for, waited for
// and kept, and never worked out twice.
//
//	jobs, err := job.New(store, []job.Kind{{Name: "circle", Version: "1", Run: run}}, job.Options{})
//	go jobs.Work(ctx, 1)                          // or leave it to `conurb worker`
//	j, err := jobs.Submit(ctx, "circle", args)    // the same question: the same job
//	j, err = jobs.Get(ctx, j.ID)                  // state, steps done, seconds left
//	bytes, err := jobs.Result(ctx, j)
//
// # A question and its digest
//
// A job is a question: a kind, the version of its method, and arguments. Its digest
// is SHA-256 of the three as canonical JSON (RFC 8785), and its result stands under
// that digest. The arguments must therefore name everything that the result depends
// on: data by its digest, never by where it lies. Whoever changes what a kind works
// out changes its Version.
//
// # Nothing lost, nothing twice
//
// A job is a row; a worker takes it up as a numbered attempt, moves its beat every
// second, and writes as that attempt only. Whoever watches holds a worker lost when
// the beat has not moved for Options.Dead of the watcher's own clock, and puts the
// job back: clocks of machines need not agree. A worker that was held lost and lives
// after all finds its attempt gone with its next beat, gives up and can write
// nothing. The result and the end of the job are one transaction, and a result that
// is kept already ends the job without any work.
//
// A long job keeps its parts under keys of their own (Task.Memo), so that who goes
// on with it goes on where the other stopped.
//
// A job that lost its worker MaxDeaths times fails: it may be what kills them.
//
// # What it refuses to know
//
// It knows no kind: app and cmd hand them in. It has no words: a failure is the key
// of a sentence in locale/ and its arguments.
package job
