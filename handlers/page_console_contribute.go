package handlers

import (
	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// contributePage takes what an asked agency has to say, with its files. The form comes with
// them, or names those that a script has sent before.
func (s *server) contributePage(c *fiber.Ctx) error {
	f, err := s.visibleCase(c.UserContext(), c.Params("code"))
	if err == nil {
		err = of(c.UserContext()).Staff.MayOn(models.ActContribute, f) // before a file is taken
	}
	if err != nil {
		return err
	}
	got, typed, done, formErr := s.formMaybeWithFiles(c)
	defer done()
	ids := c.Context().PostArgs()
	ids.Reset()
	for name, values := range typed {
		for _, v := range values {
			ids.Add(name, v)
		}
	}
	for _, u := range got {
		ids.Add(contributed, u.ID)
	}
	if formErr != nil {
		return s.caseAgain(c, f, "contribute", map[string]string{"body": typed.Get("contribute.body")}, formErr, nil)
	}
	var named []string
	for _, x := range s.attachedTo(c, f) {
		named = append(named, x.ID)
	}
	ctx := c.UserContext()
	files, err := s.attach(ctx, of(ctx).Account, named, f.ID)
	if err != nil {
		return s.caseAgain(c, f, "contribute", map[string]string{"body": typed.Get("contribute.body")}, err, nil)
	}
	return s.doCase(c, &caseForm{"contribute", models.ActContribute, "said.contributed", []string{"task"}, []string{"body"},
		func(s *server, in map[string]string) deskDo { return s.contributing(in["task"], in["body"], files) }})
}

// contributed is the input that names a file of a contribution.
const contributed = "contribute.uploads"

// attachedTo are the files that a contribution names and the member may send with it.
func (s *server) attachedTo(c *fiber.Ctx, f *models.Feedback) []web.CaseFile {
	var out []web.CaseFile
	for _, id := range c.Context().PostArgs().PeekMulti(contributed) {
		u, err := s.Store.Upload(c.UserContext(), string(id))
		if err == nil && u.Owner == of(c.UserContext()).Account && (u.FeedbackID == "" || u.FeedbackID == f.ID) {
			out = append(out, web.CaseFile{ID: u.ID, Name: u.Name, Size: u.Size})
		}
	}
	return out
}
