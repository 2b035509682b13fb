package models

import (
	"fmt"
	"time"
)

// WorkKind is a kind of durable side effect.
type WorkKind string

const (
	WorkRoute   WorkKind = "route"   // find the agency of a new feedback
	WorkIndex   WorkKind = "index"   // bring the search index to the record's state
	WorkNotify  WorkKind = "notify"  // tell the sender: inbox, push, mail
	WorkMessage WorkKind = "message" // send one SMS or mail whose text is sealed
	WorkAudit   WorkKind = "audit"   // append to the audit chain
	WorkRemind  WorkKind = "remind"  // tell staff of a step of the ladder
	WorkTell    WorkKind = "tell"    // tell staff that something waits for them
	WorkMerge   WorkKind = "merge"   // bring the two cases of a merging to one state
	WorkFollow  WorkKind = "follow"  // bring a merged case to what became of the main case
	WorkLink    WorkKind = "link"    // bring the other case to what this one says of their link
	WorkSplit   WorkKind = "split"   // make the parts of a letter, or take them back
)

// Work is a side effect that is stored with the record it belongs to and is done
// by a worker: at least once, so doing it twice must be harmless.
type Work struct {
	ID        string            `json:"id"`
	Kind      WorkKind          `json:"kind"`
	OwnerID   string            `json:"owner_id"` // the feedback or challenge it is stored with
	Data      map[string]string `json:"data,omitempty"`
	Sealed    Sealed            `json:"sealed,omitempty"` // data that must not be readable at rest
	CreatedAt time.Time         `json:"created_at"`
	DueAt     time.Time         `json:"due_at"`             // not before; a lease moves it into the future; of parked work: when it was parked
	Attempts  int               `json:"attempts"`           // how often it was claimed and tried
	Failures  int               `json:"failures,omitempty"` // how often it failed; a claimer that died is no failure of the work
	Lease     string            `json:"lease,omitempty"`    // token of the worker that has it
	Parked    bool              `json:"parked,omitempty"`
	Reason    string            `json:"reason,omitempty"` // last failure, without personal data
}

// NewWork returns work that is due at once. Its ID begins with the time: a database that
// keeps work in the order of IDs then writes in one place.
func NewWork(kind WorkKind, owner string, now time.Time, data map[string]string) Work {
	return Work{ID: fmt.Sprintf("%012x%s", now.UnixMilli(), NewID()[12:]), Kind: kind, OwnerID: owner, Data: data, CreatedAt: now, DueAt: now}
}

// First puts work before all that was put into the queue in the day before: somebody sits and
// waits for it, while what a storm left behind is indexed. When it fails, its next attempt waits
// in the queue's order, as any other's.
func (w Work) First() Work {
	w.DueAt = w.CreatedAt.Add(-24 * time.Hour)
	return w
}

// WorkCount is how much work there is.
type WorkCount struct {
	Pending int
	Parked  int
	Oldest  time.Time // CreatedAt of the oldest pending one; zero when there is none
}
