package web

import (
	"html/template"
	"strings"
	"sync"
)

// keptParts remembers parts of pages that are the same for many requests: making them costs
// more than all that differs. Full, it begins anew.
type keptParts struct {
	mu   sync.Mutex
	have map[string]template.HTML
}

// mostKept is how many parts are remembered; one has some kilobytes at the most.
const mostKept = 2000

// keep is the part of that name, as it was made before with the same key. The key has to
// tell apart all that the part shows of data, but for the language. A part with a form is
// somebody's and not for this.
func (s *Site) keep(lang, name, key string, data any) (template.HTML, error) {
	full := lang + " " + name + " " + key
	s.kept.mu.Lock()
	part, ok := s.kept.have[full]
	s.kept.mu.Unlock()
	if ok {
		return part, nil
	}
	t, err := s.page("console/inbox", lang) // any page has all parts
	if err != nil {
		return "", err
	}
	var b strings.Builder
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return "", err
	}
	part = template.HTML(b.String())
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if s.kept.have == nil || len(s.kept.have) >= mostKept {
		s.kept.have = map[string]template.HTML{}
	}
	s.kept.have[full] = part
	return part, nil
}
