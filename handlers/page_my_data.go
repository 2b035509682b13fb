package handlers

import (
	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/web"
)

// myDataPage shows what is kept of the sender, what they agreed to, and what they asked.
func (s *server) myDataPage(c *fiber.Ctx) error {
	p, err := s.myData(c)
	if err != nil {
		return err
	}
	return s.show(c, p)
}

func (s *server) myData(c *fiber.Ctx) (*web.MyData, error) {
	ctx, r := c.UserContext(), of(c.UserContext())
	p := &web.MyData{Frame: s.frame(c, "my.data", "/my"), Key: models.NewID(), Right: string(models.RightCorrect)}
	person, err := s.Store.Person(ctx, r.Account)
	if err != nil {
		return nil, err
	}
	p.Notices, p.RestrictedAt, p.Version = person.Notices, person.RestrictedAt, s.Ref.Notice(s.Now())
	p.Ask = s.asksNotice(person)
	if _, p.Unread, err = s.unseen(ctx); err != nil {
		return nil, err
	}
	for _, right := range models.DataRights {
		if right != models.RightAccess { // which needs no asking
			o := web.Option{Value: string(right), Text: s.site.T(p.Lang, "my.data.right."+string(right))}
			if right == models.RightErase {
				o.Hint = s.site.T(p.Lang, "my.data.ask.text")
			}
			p.Rights = append(p.Rights, o)
		}
	}
	list, err := s.Store.DataRequestsOf(ctx, r.Account, dataRequests, c.Query("next"))
	if err != nil {
		return nil, err
	}
	if p.NextRequests = nextPage("/my/data", "next", list.Next); c.Query("next") != "" {
		p.First = "/my/data"
	}
	p.Requests, err = s.dataRows(list.Items, p.Lang)
	return p, err
}

// dataRows writes requests for a page.
func (s *server) dataRows(list []models.DataRequest, lang string) ([]web.DataRow, error) {
	var out []web.DataRow
	for i := range list {
		r := &list[i]
		x := web.DataRow{ID: r.ID, Right: s.site.T(lang, "my.data.right."+string(r.Right)), Status: s.site.T(lang, "my.data.status."+string(r.Status)),
			Open: r.Status == models.DataOpen, Erase: r.Right == models.RightErase, Late: r.Overdue(s.Now()), Ground: r.Ground, At: r.CreatedAt}
		if x.Open {
			if x.Due = s.whyDue(dueOf(r), lang); x.Due != nil {
				x.Due.For = "" // the right is its heading
			}
		}
		if r.WhyNotExtend(s.Now()) == "" {
			x.Most, x.Unit = r.Due.Extension.Term, s.site.T(lang, "rules.unit."+string(r.Due.Unit))
		}
		if err := s.openAll(map[*string]models.Sealed{&x.Text: r.Text, &x.Name: r.Name, &x.Email: r.Email, &x.Address: r.Address}); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

// askDataPage takes a request.
func (s *server) askDataPage(c *fiber.Ctx) error {
	right, text, name, email, address := typedLine(c, "right"), typed(c, "text"), typedLine(c, "name"), typedLine(c, "email"), typedLine(c, "address")
	key := typedLine(c, "key")
	var err error
	if !api.DataRight(right).Valid() {
		err = models.Invalid([]models.FieldError{{Field: "right", Code: "required"}})
	} else {
		_, err = s.askAboutData(c.UserContext(), &api.NewDataRequest{Right: api.DataRight(right), Text: &text, Name: &name, Email: &email, Address: &address}, &key)
	}
	if err == nil {
		return s.goTo(c, "/my/data", "said.data_asked")
	}
	p, loading := s.myData(c)
	if loading != nil {
		return loading
	}
	p.Right, p.Text, p.Name, p.Email, p.Address = right, text, name, email, address
	return s.showAgain(c, err, p)
}

// myDataFile gives out everything as a file.
func (s *server) myDataFile(c *fiber.Ctx) error {
	data, err := s.exportData(c.UserContext())
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="kiennghi-data.json"`)
	return c.JSON(data)
}

// agreePage records that the notice that was shown is agreed to.
func (s *server) agreePage(c *fiber.Ctx) error {
	if _, err := s.agree(c.UserContext(), typedLine(c, "version")); err != nil {
		return err
	}
	return s.goTo(c, "/my/data", "said.agreed")
}
