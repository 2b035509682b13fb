package models

import (
	"errors"
	"fmt"
	"time"
)

// Learnt is what is known of the model that was learnt from officers' decisions, and of
// the last try that led to none. The zero value: none was learnt yet.
type Learnt struct {
	Version string    `json:"version,omitempty"` // hash of the model's file; empty: there is none
	Slot    string    `json:"slot,omitempty"`    // where the store has the file
	Corpus  string    `json:"corpus,omitempty"`  // of the built-in model that it goes beyond
	At      time.Time `json:"at,omitzero"`       // decisions up to then are in it
	Cases   int       `json:"cases,omitempty"`
	Oldest  time.Time `json:"oldest,omitzero"` // decision among those; zero with models of before it was kept
	Trial   Trial     `json:"trial,omitzero"`

	Refused *RefusedModel `json:"refused,omitempty"` // the last try, when it came to nothing
	Tried   time.Time     `json:"tried,omitzero"`    // decisions up to then were looked at
}

// RefusedModel is a model that was not used because it was worse.
type RefusedModel struct {
	At    time.Time `json:"at"`
	Cases int       `json:"cases"`
	Trial Trial     `json:"trial"`
}

// PastTerm reports whether the model knows of a decision that it may not know of any more:
// one of before since.
func (l Learnt) PastTerm(since time.Time) bool { return l.Cases > 0 && l.Oldest.Before(since) }

// learnt is a learnt model as it was found, with its version; without a classifier it
// cannot be used.
type learnt struct {
	version    string
	classifier *Classifier
}

// Model returns the classifier that counts now: the learnt one where there is one, else
// the built-in one.
func (r *Reference) Model() *Classifier {
	if l := r.learnt.Load(); l != nil && l.classifier != nil {
		return l.classifier
	}
	return r.Classifier
}

// UseLearnt makes a learnt model count from now on. read, which reads its file, is called
// only for a version that was not seen before. The zero Learnt, one that was learnt beside
// another built-in model (a newer program brings a better one), and one that cannot be
// read, which is the error, make the built-in one count.
func (r *Reference) UseLearnt(l Learnt, read func() ([]byte, error)) error {
	if r.Classifier == nil || l.Version == "" || l.Corpus != r.Classifier.Corpus {
		r.learnt.Store(nil)
		return nil
	}
	if now := r.learnt.Load(); now != nil && now.version == l.Version {
		return nil
	}
	file, err := read()
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err // the store is away: what counts goes on counting
	}
	x := &learnt{version: l.Version}
	if err == nil && Hash(string(file)) != l.Version {
		err = errors.New("the file is not the one that was stored")
	}
	if err == nil {
		x.classifier, err = ReadClassifier(file)
	}
	r.learnt.Store(x)
	if err != nil {
		return fmt.Errorf("the learnt routing model cannot be used, the built-in one is: %w", err)
	}
	return nil
}

// LearntVersion returns the version of the learnt model that counts now; empty when the
// built-in one does.
func (r *Reference) LearntVersion() string {
	if l := r.learnt.Load(); l != nil && l.classifier != nil {
		return l.version
	}
	return ""
}
