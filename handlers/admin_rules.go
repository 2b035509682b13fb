package handlers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	openapi_types "github.com/oapi-codegen/runtime/types"

	"kiennghi/api"
	"kiennghi/models"
)

// atRoot refuses what is the whole country's to everyone but the root's members.
func (s *server) atRoot(ctx context.Context) error {
	if of(ctx).Staff.Agency != models.RootAgency {
		return models.Fail(models.KindForbidden, "root_only")
	}
	return nil
}

// mayAmend refuses what is the whole country's to everyone but the root's members, office hours and
// half-days of an agency, and terms of a province, to all but its administrators, in a province
// those of its committee, and those of the agencies above.
func (s *server) mayAmend(ctx context.Context, a *models.Amendment) error {
	agency, ofOne := a.Whose()
	if !ofOne || of(ctx).Staff.Agency == models.RootAgency {
		return s.atRoot(ctx)
	}
	if !of(ctx).Staff.Administers(agency, s.Ref.Tree) {
		return models.Invalid([]models.FieldError{{Field: "agency", Code: "not_administered"}})
	}
	return nil
}

// amend adds to terms, calendar or fields. The same id again finds the first one.
func (s *server) amend(ctx context.Context, a models.Amendment) (*models.Amendment, error) {
	if err := s.mayAmend(ctx, &a); err != nil {
		return nil, err
	}
	if a.Rule != nil && a.Rule.Province != "" {
		if _, ok := s.Ref.Places.Province(a.Rule.Province); !ok {
			return nil, models.Invalid([]models.FieldError{{Field: "province", Code: "unknown"}})
		}
	}
	a.At, a.By = s.Now(), of(ctx).Account
	done, err := s.addAmendment(ctx, &a)
	if errors.Is(err, models.ErrExists) { // by another request, which is seen now
		done, err = s.addAmendment(ctx, &a)
	}
	if err != nil || done != nil {
		return done, err
	}
	if err := s.changed(ctx); err != nil {
		return nil, err
	}
	return &a, s.audit(ctx, models.NewID(), of(ctx).actor(), models.ActAmend, a.ID, amendmentText(&a), a.At)
}

// addAmendment checks an amendment against all there are, those that another process added a
// moment ago too, and stores it. It returns the one that the same request made before.
func (s *server) addAmendment(ctx context.Context, want *models.Amendment) (*models.Amendment, error) {
	all, err := s.Store.Amendments(ctx)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].ID == want.ID || all[i].Request == want.ID {
			return &all[i], nil
		}
	}
	s.Ref.Rules.Amend(all)
	s.Ref.Fields.Amend(all)
	a := *want
	if err := a.Check(s.Ref, a.At); err != nil {
		return nil, err
	}
	a.Once(s.Ref.Fields)
	if err := s.Store.AddAmendment(ctx, &a); err != nil {
		return nil, err
	}
	*want = a
	return nil, nil
}

// repeal takes an addition back that is not in force yet. What is, or was, stays, so that terms
// that it governed can be counted again; another one follows it.
func (s *server) repeal(ctx context.Context, id string) error {
	all, err := s.Store.Amendments(ctx)
	if err != nil {
		return err
	}
	var a models.Amendment
	if i := slices.IndexFunc(all, func(a models.Amendment) bool { return a.ID == id }); i >= 0 {
		a = all[i]
	}
	err = s.mayAmend(ctx, &a)
	if models.ErrorKindOf(err) == models.KindInvalid { // here is no form with an agency
		err = models.Fail(models.KindForbidden, "not_administered")
	}
	if err != nil {
		return err
	}
	switch {
	case a.ID == "":
		return models.ErrNotFound
	case a.Began(s.Now()):
		return models.Fail(models.KindWrongState, "amendment_in_force")
	}
	if err := s.Store.DeleteAmendment(ctx, id); err != nil {
		return err
	}
	if err := s.changed(ctx); err != nil {
		return err
	}
	return s.audit(ctx, models.NewID(), of(ctx).actor(), models.ActRepeal, id, amendmentText(&a), s.Now())
}

// amendmentText is what the audit log says of an addition.
func amendmentText(a *models.Amendment) string {
	switch {
	case a.Rule != nil:
		where := ""
		if a.Rule.Province != "" {
			where = " ubnd-" + a.Rule.Province
		}
		for _, l := range a.Rule.Levels {
			where += " " + string(l)
		}
		for _, slug := range a.Rule.Fields {
			where += " " + slug
		}
		return fmt.Sprintf("%s%s: %d %s, %s (%s)", a.Rule.Key, where, a.Rule.Term, a.Rule.Unit, a.Rule.ValidFrom, a.Rule.LegalBasis)
	case a.Holiday != nil:
		return fmt.Sprintf("%s: %s (%s)", a.Holiday.Date, a.Holiday.Name, a.Holiday.Source)
	case a.Field != nil && a.Field.Retired:
		return fmt.Sprintf("%s: –, %s", a.Field.Slug, a.Field.From)
	case a.Field != nil:
		return fmt.Sprintf("%s: %s / %s, %s, %s, %s (%s)", a.Field.Slug, a.Field.Name, a.Field.NameEN, a.Field.Ministry, a.Field.Department, a.Field.From, strings.Join(a.Field.Cues, "; "))
	case a.Workday != nil:
		return fmt.Sprintf("%s ↔ %s (%s)", a.Workday.Date, a.Workday.For, a.Workday.Source)
	case a.HalfDay != nil:
		return fmt.Sprintf("%s%s: %s, %s (%s)", whose(a.HalfDay.Agency), a.HalfDay.Date, a.HalfDay.Name, models.WindowsText(a.HalfDay.Windows), a.HalfDay.Source)
	case a.Hours != nil:
		return fmt.Sprintf("%s%s: %s (%s)", whose(a.Hours.Agency), a.Hours.From, models.WindowsText(a.Hours.Windows), a.Hours.Source)
	}
	return strconv.Itoa(a.Year)
}

// whose is the agency in front of what is its own, nothing for all of them.
func whose(agency string) string {
	if agency == "" {
		return ""
	}
	return agency + " "
}

func dateOf(text string) openapi_types.Date {
	t, _ := time.Parse(time.DateOnly, text)
	return openapi_types.Date{Time: t}
}

func ruleView(r models.Rule) api.Rule {
	v := api.Rule{Key: r.Key, Term: r.Term, Unit: api.Unit(r.Unit), Starts: string(r.Starts), AppliesTo: r.AppliesTo, LegalBasis: r.LegalBasis,
		ValidFrom: dateOf(r.ValidFrom), ValidTo: dateView(r.ValidTo), Confidence: api.Confidence(r.Confidence), Note: optional(r.Note),
		Answers: r.Answers, Sorts: r.Sorts, Regime: optional(string(r.Regime)), Kinds: []api.Kind{}, Fields: []string{}, Levels: []string{},
		Province: optional(r.Province), Progress: r.Progress}
	for _, k := range r.Kinds {
		v.Kinds = append(v.Kinds, api.Kind(k))
	}
	v.Fields = append(v.Fields, r.Fields...)
	for _, l := range r.Levels {
		v.Levels = append(v.Levels, string(l))
	}
	if x := r.Extension; x != nil {
		v.Extension = &api.RuleExtension{Times: x.Times, Term: x.Term, Approver: x.Approver}
	}
	return v
}

func holidayView(h models.Holiday) api.Holiday {
	return api.Holiday{Date: dateOf(h.Date), Name: h.Name, NameEn: optional(h.NameEN), Swap: &h.Swap, Source: h.Source}
}

func workdayView(w models.Workday) api.Workday {
	return api.Workday{Date: dateOf(w.Date), For: dateOf(w.For), Source: w.Source}
}

func (s *server) amendmentView(ctx context.Context, a *models.Amendment) (api.Amendment, error) {
	who, err := s.person(ctx, a.By)
	v := api.Amendment{ID: a.ID, At: a.At, By: who.Name}
	switch {
	case a.Rule != nil:
		x := ruleView(*a.Rule)
		v.Rule = &x
	case a.Holiday != nil:
		x := holidayView(*a.Holiday)
		v.Holiday = &x
	case a.Workday != nil:
		x := workdayView(*a.Workday)
		v.Workday = &x
	case a.HalfDay != nil:
		x := halfDayView(*a.HalfDay)
		v.HalfDay = &x
	case a.Hours != nil:
		x := hoursView(*a.Hours)
		v.Hours = &x
	case a.Field != nil:
		x := fieldView(*a.Field)
		v.Field = &x
	default:
		v.Year = &a.Year
	}
	return v, err
}

// amendments is what administrators added of a kind.
func (s *server) amendments(ctx context.Context, shown func(*models.Amendment) bool) ([]api.Amendment, error) {
	all, err := s.Store.Amendments(ctx)
	if err != nil {
		return nil, err
	}
	out := []api.Amendment{}
	for i := range all {
		if !shown(&all[i]) {
			continue
		}
		a, err := s.amendmentView(ctx, &all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// AdminListRules shows terms and calendar.
func (s *server) AdminListRules(ctx context.Context, _ api.AdminListRulesRequestObject) (api.AdminListRulesResponseObject, error) {
	cal := s.Ref.Rules.Calendar()
	v := api.RuleBook{Rules: []api.Rule{}, Years: cal.Years, Holidays: []api.Holiday{}, Workdays: []api.Workday{}, HalfDays: []api.HalfDay{}, Hours: []api.OfficeHours{}}
	for _, r := range s.Ref.Rules.All() {
		v.Rules = append(v.Rules, ruleView(r))
	}
	for _, h := range cal.Holidays {
		v.Holidays = append(v.Holidays, holidayView(h))
	}
	for _, w := range cal.Workdays {
		v.Workdays = append(v.Workdays, workdayView(w))
	}
	for _, d := range cal.HalfDays {
		v.HalfDays = append(v.HalfDays, halfDayView(d))
	}
	for _, h := range cal.Hours {
		v.Hours = append(v.Hours, hoursView(h))
	}
	var err error
	v.Amendments, err = s.amendments(ctx, (*models.Amendment).OfRules)
	return api.AdminListRules200JSONResponse(v), err
}

// AdminAmend adds to terms, calendar or fields.
func (s *server) AdminAmend(ctx context.Context, in api.AdminAmendRequestObject) (api.AdminAmendResponseObject, error) {
	b := in.Body
	a := models.Amendment{ID: madeID(of(ctx).Account, "amendment", in.Params.IdempotencyKey)}
	n := 0
	if r := b.Rule; r != nil {
		a.Rule = &models.Rule{Key: r.Key, Term: r.Term, Unit: models.Unit(r.Unit), LegalBasis: r.LegalBasis, LegalBasisEN: value(r.LegalBasisEn),
			ValidFrom: dateText(&r.ValidFrom), Confidence: string(r.Confidence), Note: value(r.Note), Province: value(r.Province), Fields: r.Fields}
		if r.Progress != nil {
			a.Rule.Progress = *r.Progress
		}
		for _, l := range r.Levels {
			a.Rule.Levels = append(a.Rule.Levels, models.Level(l))
		}
		if x := r.Extension; x != nil {
			a.Rule.Extension = &models.Extension{Times: x.Times, Term: x.Term, Approver: x.Approver}
		}
		n++
	}
	if h := b.Holiday; h != nil {
		a.Holiday = &models.Holiday{Date: dateText(&h.Date), Name: h.Name, NameEN: value(h.NameEn), Swap: h.Swap != nil && *h.Swap, Source: h.Source}
		n++
	}
	if w := b.Workday; w != nil {
		a.Workday = &models.Workday{Date: dateText(&w.Date), For: dateText(&w.For), Source: w.Source}
		n++
	}
	if d := b.HalfDay; d != nil {
		a.HalfDay = &models.HalfDay{Date: dateText(&d.Date), Name: d.Name, Agency: value(d.Agency), Windows: windowsOf(d.Windows), Source: d.Source}
		n++
	}
	if h := b.Hours; h != nil {
		a.Hours = &models.OfficeHours{Agency: value(h.Agency), From: dateText(h.From), Windows: windowsOf(h.Windows), Source: h.Source}
		n++
	}
	if b.Year != nil {
		a.Year = *b.Year
		n++
	}
	if b.Field != nil {
		a.Field = newField(b.Field)
		n++
	}
	if err := s.mayAmend(ctx, &a); err != nil {
		return nil, err
	}
	if n != 1 {
		return nil, models.Invalid([]models.FieldError{{Field: "rule", Code: "one_of"}})
	}
	done, err := s.amend(ctx, a)
	if err != nil {
		return nil, err
	}
	v, err := s.amendmentView(ctx, done)
	return api.AdminAmend201JSONResponse(v), err
}

// AdminRepeal takes an addition back.
func (s *server) AdminRepeal(ctx context.Context, in api.AdminRepealRequestObject) (api.AdminRepealResponseObject, error) {
	return api.AdminRepeal204Response{}, s.repeal(ctx, in.ID)
}

// setFeatures sets the feature switches.
func (s *server) setFeatures(ctx context.Context, f models.Features) error {
	if err := s.atRoot(ctx); err != nil {
		return err
	}
	if err := f.Check(); err != nil {
		return err
	}
	was, err := setting(ctx, s.Store, models.SettingFeatures)
	if err != nil {
		return err
	}
	if models.ParseFeatures(was).String() == f.String() {
		return nil
	}
	if err := s.Store.PutSetting(ctx, models.SettingFeatures, f.String()); err != nil {
		return err
	}
	if err := s.changed(ctx); err != nil {
		return err
	}
	return s.audit(ctx, models.NewID(), of(ctx).actor(), models.ActFeatures, models.SettingFeatures, was+" → "+f.String(), s.Now())
}

func featuresView(f models.Features) api.Features {
	return api.Features{AutoAssign: f.AutoAssign, RouteError: f.RouteError, HideNames: f.HideNames, BuiltInModel: &f.BuiltInModel}
}

// AdminGetFeatures shows the feature switches.
func (s *server) AdminGetFeatures(context.Context, api.AdminGetFeaturesRequestObject) (api.AdminGetFeaturesResponseObject, error) {
	return api.AdminGetFeatures200JSONResponse(featuresView(s.Ref.Features())), nil
}

// AdminSetFeatures sets the feature switches.
func (s *server) AdminSetFeatures(ctx context.Context, in api.AdminSetFeaturesRequestObject) (api.AdminSetFeaturesResponseObject, error) {
	f := models.Features{AutoAssign: in.Body.AutoAssign, RouteError: in.Body.RouteError, HideNames: in.Body.HideNames, BuiltInModel: in.Body.BuiltInModel != nil && *in.Body.BuiltInModel}
	if err := s.setFeatures(ctx, f); err != nil {
		return nil, err
	}
	return api.AdminSetFeatures200JSONResponse(featuresView(f)), nil
}
