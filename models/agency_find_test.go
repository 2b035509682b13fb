package models

import "testing"

func TestFindAgencies(t *testing.T) {
	tree := NewTree([]Agency{
		{Code: "bxd", Name: "Bộ Xây dựng", NameEN: "Ministry of Construction"},
		{Code: "ubnd-79", Name: "UBND thành phố Hồ Chí Minh", NameEN: "People's Committee of Ho Chi Minh City"},
		{Code: "so-xd-79", Name: "Sở Xây dựng thành phố Hồ Chí Minh", NameEN: "Department of Construction of Ho Chi Minh City"},
		{Code: "xa-1", Name: "Ủy ban nhân dân phường Đình Bảng", NameEN: "People's Committee of Dinh Bang Ward"},
	})
	for text, want := range map[string]string{
		"xay dung": "bxd so-xd-79", "XÂY DỰNG": "bxd so-xd-79", "xây": "bxd so-xd-79", "dung xay": "bxd so-xd-79", "construction ho chi": "so-xd-79", "ubnd tphcm": "ubnd-79", "uy ban nhan dan ho chi": "ubnd-79", "TP.HCM": "ubnd-79 so-xd-79",
		"dinh bang": "xa-1", "đình": "xa-1", "": "", "  ?! ": "", "khong co": "", "bang dinh": "xa-1",
	} {
		got := ""
		for _, a := range tree.Find(text) {
			if got != "" {
				got += " "
			}
			got += a.Code
		}
		if got != want {
			t.Errorf("%q finds %q, want %q", text, got, want)
		}
	}
}
