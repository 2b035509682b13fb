package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/sqlite"
)

// dated is the agencies and what administrators added to rules and calendar.
type dated struct {
	agencies   []models.Agency
	amendments []models.Amendment
	store      string // where they are from; empty: there is no store, the program's own data count
}

// amendment is one that counted, as it is printed.
type amendment struct {
	ID   string    `json:"id"`
	At   time.Time `json:"at"`   // when it was added
	What string    `json:"what"` // Vietnamese
}

// readDated reads what the store of the settings has, writing nothing. Where there is no database
// in the data folder, and no other is named, it is what the program brings along. A store that
// cannot be read is an error.
func readDated(ctx context.Context, con *console) (*dated, error) {
	c, err := con.config()
	if err != nil {
		return nil, err
	}
	d := &dated{store: "MongoDB"}
	if c.embedded() {
		d.store = c.path(databaseFile)
		if _, err := os.Stat(d.store); errors.Is(err, os.ErrNotExist) {
			return &dated{agencies: knowledge.Agencies()}, nil
		}
		lock, err := c.holdFolder()
		if err != nil {
			return nil, err
		}
		defer lock.Close()
		err = sqlite.Read(ctx, d.store, func(s *sqlite.Store) error { return d.read(ctx, s) })
		return d, d.unread(err)
	}
	s, err := mongo.Open(ctx, c.MongoURI)
	if err == nil {
		err = errors.Join(d.read(ctx, s), s.Close())
	}
	return d, d.unread(err)
}

// unread says of which store an error, if any, kept the amendments from being read.
func (d *dated) unread(err error) error {
	if err != nil {
		err = fmt.Errorf("the amendments in the store (%s) cannot be read: %w", d.store, err)
	}
	return err
}

// holdFolder keeps a restore away from the data folder until the file is closed. It makes
// nothing: a folder that is not there, or not a program's, is an error.
func (c *Config) holdFolder() (*os.File, error) {
	if err := c.restored(); err != nil {
		return nil, err
	}
	f, err := os.Open(c.path(lockFile))
	if err != nil {
		return nil, fmt.Errorf("KIENNGHI_DATA names no data folder of the program: %w", err)
	}
	if f, err = locked(f, false); err != nil {
		return nil, fmt.Errorf("%s is in use by a restore: %w", c.Data, err)
	}
	return f, nil
}

// read reads agencies and amendments. A database in which the program never was is an error.
func (d *dated) read(ctx context.Context, s store.Store) error {
	if _, err := s.Setting(ctx, settingKeyring); errors.Is(err, models.ErrNotFound) {
		return errors.New("nothing of the program is stored there: is the name of the database right?")
	} else if err != nil {
		return err
	}
	var err error
	if d.agencies, err = s.Agencies(ctx); err != nil {
		return err
	}
	if len(d.agencies) == 0 {
		d.agencies = knowledge.Agencies()
	}
	d.amendments, err = s.Amendments(ctx)
	return err
}

// rules returns rules and calendar with all amendments.
func (d *dated) rules() *models.Rules {
	rules := models.NewRules(knowledge.Rules(), knowledge.Calendar())
	rules.Amend(d.amendments)
	return rules
}

// used returns the amendments without any single one of which the count comes out otherwise.
func (d *dated) used(key string, agency models.Agency, start time.Time) []amendment {
	type outcome struct {
		rule  models.Rule
		due   models.Due
		steps []string
		err   bool
	}
	rules := d.rules()
	count := func() (o outcome) {
		rule, _, err := rules.RuleNearest(key, agency.Province, start)
		if err == nil {
			rule.ValidTo = "" // that another one follows changes nothing
			o.rule = rule
			o.due, err = rules.Count(rule, agency.Code, start)
		}
		if o.err = err != nil; !o.err {
			o.steps = rules.Steps(&o.due, "vi")
		}
		return o
	}
	all, used := count(), []amendment{}
	for i := range d.amendments {
		rules.Amend(slices.Delete(slices.Clone(d.amendments), i, i+1))
		if !reflect.DeepEqual(count(), all) {
			used = append(used, shown(&d.amendments[i]))
		}
	}
	return used
}

// shown says what an amendment is.
func shown(a *models.Amendment) amendment {
	what, whose := "lĩnh vực", "mọi cơ quan"
	if code, _ := a.Whose(); code != "" {
		whose = code
	}
	switch {
	case a.Rule != nil:
		what = fmt.Sprintf("quy tắc %s từ %s", a.Rule.Key, a.Rule.ValidFrom)
		if a.Rule.Province != "" {
			what += ", tỉnh " + a.Rule.Province
		}
	case a.Holiday != nil:
		what = fmt.Sprintf("ngày nghỉ %s: %s", a.Holiday.Date, a.Holiday.Name)
	case a.Workday != nil:
		what = fmt.Sprintf("ngày làm bù %s cho %s", a.Workday.Date, a.Workday.For)
	case a.HalfDay != nil:
		what = fmt.Sprintf("ngày làm việc không trọn %s (%s): %s", a.HalfDay.Date, whose, models.WindowsText(a.HalfDay.Windows))
	case a.Hours != nil:
		what = fmt.Sprintf("giờ làm việc từ %s (%s): %s", a.Hours.From, whose, models.WindowsText(a.Hours.Windows))
	case a.Year != 0:
		what = fmt.Sprintf("lịch năm %d đã đủ", a.Year)
	}
	return amendment{a.ID, a.At, what}
}

// print says which amendments counted.
func (d *dated) print(c *console, used []amendment) {
	switch {
	case d.store == "":
		c.printf("\nBổ sung của quản trị viên: không có kho dữ liệu, chỉ theo dữ liệu kèm chương trình\n")
	case len(used) == 0:
		c.printf("\nBổ sung của quản trị viên (%s): không có bổ sung nào được áp dụng\n", d.store)
	default:
		c.printf("\nBổ sung của quản trị viên đã áp dụng (%s):\n", d.store)
		for _, a := range used {
			c.printf("  %s  [%s, %s]\n", a.What, a.ID, a.At.In(models.VietNam).Format("02/01/2006"))
		}
	}
}
