package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"conurb/app/node"
	"conurb/plan/pack"
	"conurb/region"
)

// A demonstration whose first start was cut off has all its nodes after the second.
func TestADemonstrationThatWasCutOff(t *testing.T) {
	p, problems := pack.Load(region.CZT())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	c, s, dir := serveCmd{Listen: "127.0.0.1:0"}, &session{now: time.Now}, t.TempDir()
	first, err := c.drawDemo(s, p, dir)
	if err != nil || len(first) != 4 {
		t.Fatalf("%v, %v", first, err)
	}
	kept, err := os.ReadFile(filepath.Join(dir, "changsha", node.LogKeyFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "zhuzhou")); err != nil {
		t.Fatal(err)
	}
	again, err := c.drawDemo(s, p, dir)
	if err != nil || !slices.Equal(again, first) {
		t.Errorf("%v, %v", again, err)
	}
	if now, err := os.ReadFile(filepath.Join(dir, "changsha", node.LogKeyFile)); err != nil || string(now) != string(kept) {
		t.Errorf("what was there is another: %v", err)
	}
}
