package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// eachLine reads JSON lines and writes what do makes of each. Lines that do refuses are
// told on standard error by their number and make the whole fail at the end.
func eachLine[T any](c *console, from io.Reader, do func(line []byte) (T, error)) error {
	in, out := bufio.NewReaderSize(from, 1<<20), bufio.NewWriter(c.out)
	write := json.NewEncoder(out)
	write.SetEscapeHTML(false)
	bad := 0
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return errors.Join(fmt.Errorf("line %d: %w", n, err), out.Flush())
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			made, problem := do(line)
			if problem != nil {
				bad++
				fmt.Fprintf(c.err, "line %d: %v\n", n, problem)
			} else if err := write.Encode(made); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d lines could not be read; all others were written", bad)
	}
	return nil
}

// checkID says what is wrong with the id of a line, which is given back as it came: a text or a
// number, so that whoever sent the line knows his own again. Its errors do not quote it.
func checkID(id json.RawMessage) error {
	switch {
	case len(id) == 0:
		return errors.New(`"id" is missing`)
	case id[0] != '"' && id[0] != '-' && (id[0] < '0' || id[0] > '9'):
		return errors.New(`"id" is neither a text nor a number`)
	case string(id) == `""`:
		return errors.New(`"id" is empty`)
	}
	return nil
}
