package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
)

// What everyone may know about the demo.
const (
	demoPassword = "Thu-nghiem-2026"
	demoPhone    = "0900000001"
	demoName     = "Nguyễn Văn Thử"
)

// demoAgencies have one member of staff per role. Every other agency that has a demo
// letter has a handler and an approver.
var demoAgencies = []string{models.RootAgency, "bxd", "ubnd-79", "so-xd-79"}

func demoStaffID(role models.Role, agency string) string {
	return models.DeriveID("demo", "staff", string(role), agency)
}

// demo builds invented letters and what became of them with the same methods as the
// real ones, at times counted back from now.
type demo struct {
	*records
	ref   *models.Reference
	now   time.Time
	seals *models.SealKeys
}

// seedDemo stores the demo; again it adds what is missing.
func (r *records) seedDemo(ctx context.Context, con *console) error {
	ref, err := r.reference(ctx)
	if err != nil {
		return err
	}
	amendments, err := r.store.Amendments(ctx)
	if err != nil {
		return err
	}
	seals, err := store.SealKeys(ctx, r.store, amendments, r.keys)
	if err != nil {
		return err
	}
	d := &demo{records: r, ref: ref, now: models.Now(), seals: seals}
	if err := d.staff(ctx); err != nil {
		return err
	}
	if err := d.citizen(ctx); err != nil {
		return err
	}
	group, inGroup := errgroup.WithContext(ctx) // side by side: the store commits them together
	group.SetLimit(32)
	for i, letter := range knowledge.Demo() {
		group.Go(func() error {
			if err := d.letter(inGroup, i, letter); err != nil {
				return fmt.Errorf("demo letter %d (%s): %w", i+1, letter.Title, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	con.printf("%d demo letters\n", len(knowledge.Demo()))
	con.printf("\n%s", demoText)
	return r.store.PutSetting(ctx, settingDemo, demoText)
}

// demoText says how to sign in. The program prints it at each start.
const demoText = `DEMO, for trying out only: everyone knows these sign-ins.
  citizen  phone ` + demoPhone + `; the code is in outbox.jsonl in the data folder
  staff    ROLE.AGENCY, password ` + demoPassword + `; for example
           handler.bxd  approver.bxd  coordinator.vpcp  admin.vpcp  handler.so-xd-79
`

// staff makes the members of staff.
func (d *demo) staff(ctx context.Context) error {
	hash := models.HashPassword(demoPassword)
	roles := map[string][]models.Role{}
	for _, letter := range knowledge.Demo() {
		if letter.Agency != "" {
			roles[letter.Agency] = []models.Role{models.Handler, models.Approver}
		}
	}
	for _, agency := range demoAgencies {
		roles[agency] = models.Roles
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for code, list := range roles {
		agency, ok := d.ref.Tree.Get(code)
		if !ok {
			return fmt.Errorf("the demo names an agency that is not there: %s", code)
		}
		for _, role := range list {
			group.Go(func() error {
				s := newStaff(demoStaffID(role, code), string(role)+"."+code, demoTitles[role]+" "+agency.Name, code, []models.Role{role}, hash)
				if err := d.store.CreateStaff(ctx, s); !errors.Is(err, models.ErrExists) {
					return err
				}
				return nil
			})
		}
	}
	return group.Wait()
}

var demoTitles = map[models.Role]string{
	models.Intake: "Tiếp nhận", models.Coordinator: "Điều phối", models.Handler: "Cán bộ", models.Approver: "Lãnh đạo",
	models.Supervisor: "Giám sát", models.Admin: "Quản trị",
}

// citizen makes the one sender who can sign in.
func (d *demo) citizen(ctx context.Context) error {
	return d.person(ctx, d.newPerson(demoName, demoPhone))
}

func (d *demo) newPerson(name, phone string) *models.Person {
	p := &models.Person{ID: models.DeriveID("demo", "person", name), Name: d.keys.Seal(name), Language: "vi", CreatedAt: d.now, UpdatedAt: d.now}
	if phone != "" {
		phone = "+84" + phone[1:] // as the API keeps it
		p.Phone, p.PhoneIndex = d.keys.Seal(phone), d.keys.Index(phone)
	}
	return p
}

func (d *demo) person(ctx context.Context, p *models.Person) error {
	if err := d.store.CreatePerson(ctx, p); !errors.Is(err, models.ErrExists) {
		return err
	}
	return nil
}

// letter stores one letter with its whole life.
func (d *demo) letter(ctx context.Context, i int, l knowledge.DemoFeedback) error {
	sender := d.newPerson(l.Sender, "")
	if i%40 == 0 && !l.PublishName {
		sender = d.newPerson(demoName, demoPhone) // so that the demo citizen has something to look at
	} else if err := d.person(ctx, sender); err != nil {
		return err
	}
	f, work, err := d.life(i, l, sender)
	if err != nil {
		return err
	}
	if err := d.store.CreateFeedback(ctx, f, work...); err != nil {
		if errors.Is(err, models.ErrExists) {
			return nil
		}
		return err
	}
	if i%40 != 0 {
		return nil
	}
	for n, e := range f.Timeline {
		if !e.Event.Told() {
			continue
		}
		err := d.store.AddNotification(ctx, &models.Notification{
			ID: models.DeriveID("demo", f.ID, fmt.Sprint(n)), Account: f.SenderID, FeedbackID: f.ID, Code: f.Code, Event: e.Event, At: e.At,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
