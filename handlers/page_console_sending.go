package handlers

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
)

// fileForm is a form of the case page that may have files. It comes with them, or names in
// its input uploads those that a script has sent before.
type fileForm struct {
	caseForm
	with func(s *server, in map[string]string, files []models.Attachment) deskDo
}

var fileForms = []fileForm{
	{caseForm{"ask", models.ActRequestInfo, "said.asked", nil, []string{"question"}, nil}, func(s *server, in map[string]string, files []models.Attachment) deskDo {
		return s.asking(in["question"], files)
	}},
	{caseForm{"write", models.ActWrite, "said.written", nil, []string{"body"}, nil}, func(s *server, in map[string]string, files []models.Attachment) deskDo {
		return s.writing(models.NewID(), in["body"], files)
	}},
	{caseForm{"contribute", models.ActContribute, "said.contributed", []string{"task"}, []string{"body"}, nil}, func(s *server, in map[string]string, files []models.Attachment) deskDo {
		return s.contributing(in["task"], in["body"], files)
	}},
}

// fileFormPage does what a form with files says.
func fileFormPage(name string) func(*server, *fiber.Ctx) error {
	i := slices.IndexFunc(fileForms, func(x fileForm) bool { return x.name == name })
	form := &fileForms[i]
	return func(s *server, c *fiber.Ctx) error { return s.sendFromCase(c, form) }
}

func (s *server) sendFromCase(c *fiber.Ctx, form *fileForm) error {
	f, err := s.visibleCase(c.UserContext(), c.Params("code"))
	if err == nil {
		err = of(c.UserContext()).Staff.MayOn(form.action, f) // before a file is taken
	}
	if err != nil {
		return err
	}
	got, typed, done, err := s.formMaybeWithFiles(c)
	defer done()
	args := c.Context().PostArgs()
	args.Reset()
	for name, values := range typed {
		for _, v := range values {
			args.Add(name, v)
		}
	}
	for _, u := range got {
		args.Add(form.name+".uploads", u.ID)
	}
	var files []models.Attachment
	if err == nil {
		files, err = s.attachNamed(c, f, form.name)
	}
	if err != nil {
		return s.caseAgain(c, f, form.name, form.typed(c), atInput(err), nil)
	}
	doing := form.caseForm
	doing.do = func(s *server, in map[string]string) deskDo { return form.with(s, in, files) }
	return s.doCase(c, &doing)
}

// attachNamed attaches the files that a form of the case names; one that is gone is an error.
func (s *server) attachNamed(c *fiber.Ctx, f *models.Feedback, form string) ([]models.Attachment, error) {
	named, err := s.attachedTo(c, f, form)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, u := range named {
		ids = append(ids, u.ID)
	}
	ctx := c.UserContext()
	return s.attach(ctx, of(ctx).Account, ids, f.ID)
}

// atInput says of the input for files what is wrong with the files of a text.
func atInput(err error) error {
	var e *models.Error
	if !errors.As(err, &e) {
		return err
	}
	out := &models.Error{Kind: e.Kind, Code: e.Code, Fields: slices.Clone(e.Fields)}
	for i := range out.Fields {
		if out.Fields[i].Field == "uploads" {
			out.Fields[i].Field = "file"
		}
	}
	return out
}

// attachedTo are the files that a form of the case names and the member may send with it.
func (s *server) attachedTo(c *fiber.Ctx, f *models.Feedback, form string) ([]*models.Upload, error) {
	return s.filesOfForm(c.UserContext(), typedAll(c, form+".uploads"), f.ID)
}
