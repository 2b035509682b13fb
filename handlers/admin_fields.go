package handlers

import (
	"context"

	"kiennghi/api"
	"kiennghi/models"
)

func fieldView(f models.Field) api.SubjectField {
	return api.SubjectField{Slug: f.Slug, Name: f.Name, NameEn: f.NameEN, Group: f.Group, Ministry: f.Ministry, Department: f.Department,
		Cues: append([]string{}, f.Cues...), From: dateView(f.From), Retired: f.Retired}
}

func newField(f *api.NewSubjectField) *models.Field {
	return &models.Field{Slug: value(f.Slug), Name: value(f.Name), NameEN: value(f.NameEn), Group: value(f.Group), Ministry: value(f.Ministry),
		Department: value(f.Department), Cues: f.Cues, From: dateText(&f.From), Retired: f.Retired != nil && *f.Retired}
}

// AdminListFields shows every version of every subject field.
func (s *server) AdminListFields(ctx context.Context, _ api.AdminListFieldsRequestObject) (api.AdminListFieldsResponseObject, error) {
	v := api.FieldBook{Fields: []api.SubjectField{}}
	for _, f := range s.Ref.Fields.Versions() {
		v.Fields = append(v.Fields, fieldView(f))
	}
	var err error
	v.Amendments, err = s.amendments(ctx, func(a *models.Amendment) bool { return a.Field != nil })
	return api.AdminListFields200JSONResponse(v), err
}
