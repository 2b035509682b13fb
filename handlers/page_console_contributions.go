package handlers

import (
	"slices"

	"kiennghi/models"
	"kiennghi/web"
)

// contributionOptions are the contributions that a reply can be composed from.
func (s *server) contributionOptions(f *models.Feedback, names *naming) (out []web.Option) {
	for _, t := range f.Tasks {
		if t.Status == models.TaskDone && (t.Body != "" || len(t.Uploads) > 0) {
			out = append(out, web.Option{Value: t.ID, Text: names.agency(t.Agency)})
		}
	}
	return out
}

// withContribution puts what an agency contributed behind what is typed, under its name, and its
// files beside it, as far as there is room.
func (s *server) withContribution(w *writing, task string, f *models.Feedback) {
	t, err := f.Task(task)
	if err != nil || t.Status != models.TaskDone {
		return
	}
	if t.Body != "" {
		a, _ := s.Ref.Tree.Get(t.Agency)
		if w.Body != "" {
			w.Body += "\n\n"
		}
		w.Body += a.Name + ": " + t.Body
	}
	for _, x := range t.Uploads {
		there := slices.ContainsFunc(w.Uploads, func(a models.Attachment) bool { return a.ID == x.ID })
		if !there && len(w.Uploads) < models.MaxUploads {
			w.Uploads = append(w.Uploads, x)
		}
	}
}
