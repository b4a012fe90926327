//go:build unix

// Command bench measures roomsync as a whole, next to a floor: a program that
// only parses the same file with yaml.v3 and lists the same pages. Both run as
// processes of their own, in turns, against a server on this machine that has
// its pages ready. It is for people; tests do not run it.
//
//	go run ./internal/bench -rooms 10000,100000
package main

import (
	"errors"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	run := measure
	if len(os.Args) > 1 && os.Args[1] == "floor" {
		run = func() error { return floor(os.Args[2:]) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// subject is a program to measure. All of a group run in turns, and the first
// is what the others are compared with.
type subject struct {
	name string
	argv []string
}

func measure() error {
	rooms := flag.String("rooms", "100,1000,10000,100000", "how many rooms, one number after the other")
	runs := flag.Int("runs", 5, "how often each program runs; the medians are told")
	program := flag.String("roomsync", "", "the roomsync to measure; without, one is built")
	flag.Parse()
	dir, err := os.MkdirTemp("", "roomsync-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if *program == "" {
		*program = filepath.Join(dir, "roomsync")
		if out, err := exec.Command("go", "build", "-o", *program, "roomsync").CombinedOutput(); err != nil {
			return fmt.Errorf("build roomsync: %w\n%s", err, out)
		}
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Printf("%-8s %-26s %9s %9s %9s %9s %7s\n", "rooms", "program", "wall", "CPU", "peak", "requests", "wall ×")
	for _, text := range strings.Split(*rooms, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		path := filepath.Join(dir, text+".yaml")
		if err := os.WriteFile(path, file(n), 0o600); err != nil {
			return err
		}
		space := newSpace(n)
		server := httptest.NewServer(space)
		for _, group := range [][]subject{
			{{"floor: parse", []string{self, "floor", path}}, {"validate", []string{*program, "validate", "-f", path}}},
			{
				{"floor: parse and list", []string{self, "floor", path, server.URL}},
				{"plan", []string{*program, "plan", "-f", path}},
				{"plan --format json", []string{*program, "plan", "-f", path, "--format", "json"}},
				{"export", []string{*program, "export"}},
			},
		} {
			if err := compare(n, *runs, group, space, server.URL); err != nil {
				return errors.Join(err, os.RemoveAll(dir))
			}
		}
		server.Close()
	}
	return nil
}

// compare runs the programs of a group in turns, so that whatever else the
// machine does meets all of them, and prints the medians. A ratio is the median
// of those within a turn.
func compare(rooms, runs int, group []subject, space *space, url string) error {
	costs := make([][]cost, len(group))
	for turn := range runs + 1 {
		for i, s := range group {
			space.requests.Store(0)
			c, err := process(s.argv, url)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			c.requests = int(space.requests.Load())
			if turn > 0 { // the first is to warm up
				costs[i] = append(costs[i], c)
			}
		}
	}
	for i, s := range group {
		ratio := median(runs, func(turn int) float64 { return float64(costs[i][turn].wall) / float64(costs[0][turn].wall) })
		wall := median(runs, func(turn int) time.Duration { return costs[i][turn].wall })
		cpu := median(runs, func(turn int) time.Duration { return costs[i][turn].cpu })
		peak := median(runs, func(turn int) int64 { return costs[i][turn].peak })
		requests := median(runs, func(turn int) int { return costs[i][turn].requests })
		fmt.Printf("%-8d %-26s %6d ms %6d ms %6d MB %9d %7.2f\n", rooms, s.name, wall.Milliseconds(), cpu.Milliseconds(), peak/1_000_000, requests, ratio)
	}
	return nil
}

func median[T int | int64 | float64 | time.Duration](n int, at func(int) T) T {
	all := make([]T, n)
	for i := range all {
		all[i] = at(i)
	}
	slices.Sort(all)
	return all[n/2]
}
