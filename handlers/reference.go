package handlers

import (
	"context"

	"kiennghi/api"
	"kiennghi/models"
)

// ListAgencies is the tree of the state's agencies; communes only of one province.
func (s *server) ListAgencies(_ context.Context, in api.ListAgenciesRequestObject) (api.ListAgenciesResponseObject, error) {
	province := value(in.Params.Province)
	tree := api.AgencyTree{Items: []api.AgencyNode{}}
	if province == "" {
		for _, a := range s.Ref.Tree.All() {
			if a.Parent == "" {
				tree.Items = append(tree.Items, s.agencyNode(a, false))
			}
		}
	} else {
		a, ok := s.Ref.Tree.Get("ubnd-" + province)
		if !ok {
			return nil, models.Invalid([]models.FieldError{{Field: "province", Code: "unknown"}})
		}
		tree.Items = append(tree.Items, s.agencyNode(a, true))
	}
	return api.ListAgencies200JSONResponse{Body: tree, Headers: api.ListAgencies200ResponseHeaders{CacheControl: cacheReference}}, nil
}

func (s *server) agencyNode(a models.Agency, communes bool) api.AgencyNode {
	n := api.AgencyNode{Code: a.Code, Name: a.Name, Level: string(a.Level), Children: []api.AgencyNode{}}
	for _, code := range s.Ref.Tree.Children(a.Code) {
		if child, ok := s.Ref.Tree.Get(code); ok && (communes || child.Level != models.LevelCommune) {
			n.Children = append(n.Children, s.agencyNode(child, communes))
		}
	}
	return n
}

// GetAgency shows one agency.
func (s *server) GetAgency(_ context.Context, in api.GetAgencyRequestObject) (api.GetAgencyResponseObject, error) {
	a, ok := s.Ref.Tree.Get(in.Code)
	if !ok {
		return nil, models.ErrNotFound
	}
	v := api.Agency{Code: a.Code, Name: a.Name, Level: string(a.Level), Parent: s.agencyRef(a.Parent), Remit: a.Remit,
		Province: optional(a.Province), Commune: optional(a.Commune)}
	return api.GetAgency200JSONResponse{Body: v, Headers: api.GetAgency200ResponseHeaders{CacheControl: cacheReference}}, nil
}

// ListProvinces lists the 34 provinces and cities.
func (s *server) ListProvinces(context.Context, api.ListProvincesRequestObject) (api.ListProvincesResponseObject, error) {
	list := api.ProvinceList{Items: []api.Province{}}
	for _, p := range s.Ref.Places.Provinces() {
		list.Items = append(list.Items, api.Province{Code: p.Code, Name: p.Name})
	}
	return api.ListProvinces200JSONResponse{Body: list, Headers: api.ListProvinces200ResponseHeaders{CacheControl: cacheReference}}, nil
}

// ListCommunes lists the communes of a province.
func (s *server) ListCommunes(_ context.Context, in api.ListCommunesRequestObject) (api.ListCommunesResponseObject, error) {
	if _, ok := s.Ref.Places.Province(in.Code); !ok {
		return nil, models.ErrNotFound
	}
	list := api.CommuneList{Items: []api.Commune{}}
	for _, c := range s.Ref.Places.CommunesOf(in.Code) {
		list.Items = append(list.Items, api.Commune{Code: c.Code, Name: c.Name, Province: c.Province})
	}
	return api.ListCommunes200JSONResponse{Body: list, Headers: api.ListCommunes200ResponseHeaders{CacheControl: cacheReference}}, nil
}
