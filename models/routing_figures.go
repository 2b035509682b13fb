package models

import (
	"cmp"
	"slices"
	"time"
)

// RoutingFigures is how good the program's first suggestions were, counted with the Figures
// from the records as a whole. Local agencies are counted together by their template: what
// routing tells apart is the kind of agency, and few cases say nothing.
type RoutingFigures struct {
	At       time.Time                `json:"at"`
	Months   map[string]*RoutingMonth `json:"months"` // 2006-01 in Viet Nam, by when the case was received
	earliest string
}

// RoutingMonth is the cases that were received in one month.
type RoutingMonth struct {
	Agencies  map[string]*RoutingTally  `json:"agencies"`  // by the agency that was suggested first
	Confusion map[string]map[string]int `json:"confusion"` // by that agency, by the one that has it now; wrong ones only
}

// RoutingTally counts cases in which the program suggested an agency and one has the case now.
type RoutingTally struct {
	Cases     int `json:"n,omitempty"` // automatic, accepted and corrected ones
	Automatic int `json:"a,omitempty"` // assigned by the program
	Accepted  int `json:"y,omitempty"` // assigned as suggested, by an officer
	Corrected int `json:"c,omitempty"` // assigned to another, by an officer
	Moved     int `json:"m,omitempty"` // of those automatic and accepted: passed on or returned later
	Right     int `json:"r,omitempty"` // with the suggested agency now
}

// Add adds another count.
func (t *RoutingTally) Add(o RoutingTally) {
	t.Cases += o.Cases
	t.Automatic += o.Automatic
	t.Accepted += o.Accepted
	t.Corrected += o.Corrected
	t.Moved += o.Moved
	t.Right += o.Right
}

// routingMonths is how many months are counted, the one of At included.
const routingMonths = 24

// OtherPlace marks, in a confusion, the same kind of agency in another place.
const OtherPlace = "@"

// NewRoutingFigures returns figures in which nothing is counted yet.
func NewRoutingFigures(at time.Time) *RoutingFigures {
	local := at.In(VietNam)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, VietNam).AddDate(0, 1-routingMonths, 0)
	return &RoutingFigures{At: at, Months: map[string]*RoutingMonth{}, earliest: first.Format("2006-01")}
}

// Count adds a case, if the program suggested an agency and somebody, or the program, gave
// it to one.
func (x *RoutingFigures) Count(f *Feedback, tree *Tree) {
	if !f.Kind.Routed() || len(f.Suggestions) == 0 || f.Status == Merged {
		return
	}
	first := slices.IndexFunc(f.Timeline, func(e Event) bool { return e.Event == ActAssign || e.Event == ActForward })
	month := f.CreatedAt.In(VietNam).Format("2006-01")
	if first < 0 || month < x.earliest {
		return
	}
	suggested, given := tree.Heir(f.Suggestions[0].Agency), tree.Heir(f.Timeline[first].Agency)
	t := RoutingTally{Cases: 1, Right: oneIf(f.Agency == suggested)}
	switch {
	case f.Timeline[first].Actor == "":
		t.Automatic, t.Moved = 1, 1-t.Right
	case given == suggested:
		t.Accepted, t.Moved = 1, 1-t.Right
	default:
		t.Corrected = 1
	}
	m := x.Months[month]
	if m == nil {
		m = &RoutingMonth{Agencies: map[string]*RoutingTally{}, Confusion: map[string]map[string]int{}}
		x.Months[month] = m
	}
	key, now := routingKey(suggested, tree), routingKey(f.Agency, tree)
	if m.Agencies[key] == nil {
		m.Agencies[key] = &RoutingTally{}
	}
	m.Agencies[key].Add(t)
	if t.Right == 0 && f.Agency != "" {
		if now == key {
			now = OtherPlace
		}
		if m.Confusion[key] == nil {
			m.Confusion[key] = map[string]int{}
		}
		m.Confusion[key][now]++
	}
}

// routingKey is what an agency is counted as.
func routingKey(code string, tree *Tree) string {
	a, _ := tree.Get(code)
	return cmp.Or(a.Template, code)
}

// Confused is how often one agency was suggested and another has the case.
type Confused struct {
	Suggested, Agency string // codes or templates; Agency may be OtherPlace
	Cases             int
}

// Sum adds up the months, for one suggested agency or, when it is empty, for all of them.
func (x *RoutingFigures) Sum(agency string) (total RoutingTally, byMonth, byAgency map[string]*RoutingTally, confused []Confused) {
	byMonth, byAgency = map[string]*RoutingTally{}, map[string]*RoutingTally{}
	pairs := map[[2]string]int{}
	for month, m := range x.Months {
		for code, t := range m.Agencies {
			addRouting(byAgency, code, *t)
			if agency == "" || agency == code {
				total.Add(*t)
				addRouting(byMonth, month, *t)
			}
		}
		for from, to := range m.Confusion {
			for code, n := range to {
				if agency == "" || agency == from || agency == code {
					pairs[[2]string{from, code}] += n
				}
			}
		}
	}
	for p, n := range pairs {
		confused = append(confused, Confused{p[0], p[1], n})
	}
	slices.SortFunc(confused, func(a, b Confused) int {
		return cmp.Or(cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Suggested, b.Suggested), cmp.Compare(a.Agency, b.Agency))
	})
	return total, byMonth, byAgency, confused
}

func addRouting(to map[string]*RoutingTally, key string, t RoutingTally) {
	if to[key] == nil {
		to[key] = &RoutingTally{}
	}
	to[key].Add(t)
}
