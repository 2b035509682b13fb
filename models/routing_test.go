package models

import (
	"slices"
	"strings"
	"testing"
)

var routeTree = NewTree([]Agency{
	{Code: "vpcp", Name: "Văn phòng Chính phủ", Level: LevelMinistry},
	{Code: "bxd", Name: "Bộ Xây dựng", Level: LevelMinistry, Parent: "vpcp"},
	{Code: "bgddt", Name: "Bộ Giáo dục và Đào tạo", Level: LevelMinistry, Parent: "vpcp"},
	{Code: "ubnd-79", Name: "UBND thành phố Hồ Chí Minh", Level: LevelProvince, Parent: "vpcp", Template: "ubnd-*", Province: "79"},
	{Code: "so-xd-79", Name: "Sở Xây dựng thành phố Hồ Chí Minh", NameEN: "Department of Construction of Ho Chi Minh City", Level: LevelDepartment, Parent: "ubnd-79", Template: "so-xd", Province: "79"},
	{Code: "so-gddt-79", Name: "Sở Giáo dục và Đào tạo thành phố Hồ Chí Minh", Level: LevelDepartment, Parent: "ubnd-79", Template: "so-gddt", Province: "79"},
	{Code: "so-ttra-79", Name: "Thanh tra thành phố Hồ Chí Minh", Level: LevelDepartment, Parent: "ubnd-79", Template: "so-ttra", Province: "79"},
	{Code: "ubnd-01", Name: "UBND thành phố Hà Nội", Level: LevelProvince, Parent: "vpcp", Template: "ubnd-*", Province: "01"},
	{Code: "so-xd-01", Name: "Sở Xây dựng thành phố Hà Nội", Level: LevelDepartment, Parent: "ubnd-01", Template: "so-xd", Province: "01"},
	{Code: "xa-26740", Name: "UBND phường Sài Gòn", Level: LevelCommune, Parent: "ubnd-79", Template: "xa-ubnd", Province: "79", Commune: "26740"},
	{Code: "toaan", Name: "Tòa án nhân dân", Level: LevelOutside},
})

var routeFields = []Field{
	{Slug: "ha-tang", Ministry: "bxd", Department: "so-xd", Cues: []string{"đèn đường", "cống", "cây xanh"}},
	{Slug: "giao-duc", Ministry: "bgddt", Department: "so-gddt", Cues: []string{"trường học", "lạm thu", "học phí"}},
}

func rank(in RouteInput, remits, cases []RouteHit) Routing {
	return Rank(in, routeTree, routeFields, remits, cases)
}

func first(r Routing) string {
	if len(r.Suggestions) == 0 {
		return ""
	}
	return r.Suggestions[0].Agency
}

func TestRank(t *testing.T) {
	lamp := RouteInput{Title: "Đèn đường hỏng", Body: "Đèn đường không sáng", Province: "79"}
	with := func(in RouteInput, change func(*RouteInput)) RouteInput { change(&in); return in }
	for _, c := range []struct {
		what          string
		in            RouteInput
		remits, cases []RouteHit
		want          string
	}{
		{"a local matter goes to the department there", lamp, []RouteHit{{"so-xd", 0.6}, {"bxd", 0.4}}, nil, "so-xd-79"},
		{"in another province to its department", with(lamp, func(in *RouteInput) { in.Province = "01" }), []RouteHit{{"so-xd", 0.6}}, nil, "so-xd-01"},
		{"without a place to the ministry", with(lamp, func(in *RouteInput) { in.Province = "" }), []RouteHit{{"so-xd", 0.6}}, nil, "bxd"},
		{"a decree is central", RouteInput{Title: "Sửa nghị định về học phí", Body: "Quy định về học phí trên cả nước bất cập", Province: "79"}, []RouteHit{{"bgddt", 0.5}, {"so-gddt", 0.4}}, nil, "bgddt"},
		{"a commune's matter to the commune", RouteInput{Title: "Rác trong hẻm", Body: "Hàng xóm đổ rác ra hẻm", Province: "79", Commune: "26740"}, []RouteHit{{"xa-ubnd", 0.5}, {"so-xd", 0.3}}, nil, "xa-26740"},
		{"past cases speak for their like here", RouteInput{Title: "Việc lạ", Province: "79"}, nil, []RouteHit{{"so-gddt-79", 0.5}, {"so-gddt-79", 0.4}}, "so-gddt-79"},
		{"of another province too", RouteInput{Title: "Việc lạ", Province: "79"}, nil, []RouteHit{{"so-xd-01", 0.5}}, "so-xd-79"},
		{"the sender's choice decides when nothing speaks against it", RouteInput{Title: "Việc lạ", Asked: "bxd"}, nil, nil, "bxd"},
		{"but is not absolute", with(lamp, func(in *RouteInput) { in.Asked = "bgddt" }), []RouteHit{{"so-xd", 0.8}}, []RouteHit{{"so-xd-79", 0.7}}, "so-xd-79"},
		{"nobody is sent to court", RouteInput{Title: "Việc lạ", Asked: "toaan"}, nil, nil, ""},
		{"an unknown choice counts for nothing", RouteInput{Title: "Việc lạ", Asked: "nobody"}, nil, nil, ""},
		{"nothing known, nothing suggested", RouteInput{}, nil, nil, ""},
		{"without accents", RouteInput{Title: "Den duong hong", Body: "den duong khong sang", Province: "79"}, nil, nil, "so-xd-79"},
		{"what a remit says it is not about", RouteInput{Title: "Việc lạ", Province: "79"}, []RouteHit{{"so-xd", 0.5}, {"so-gddt", 0.48}, {"so-xd", -0.4}}, nil, "so-gddt-79"},
	} {
		r := rank(c.in, c.remits, c.cases)
		if first(r) != c.want {
			t.Errorf("%s: got %+v, want %s", c.what, r.Suggestions, c.want)
		}
		var sum float64
		for i, s := range r.Suggestions {
			sum += s.Probability
			if s.Probability <= 0 || i > 0 && s.Probability > r.Suggestions[i-1].Probability {
				t.Errorf("%s: probabilities go down: %+v", c.what, r.Suggestions)
			}
			if len(s.Reasons) == 0 {
				t.Errorf("%s: %s has no reason", c.what, s.Agency)
			}
		}
		if sum > 1.0005 || len(r.Suggestions) > 5 {
			t.Errorf("%s: %d suggestions, in all %v", c.what, len(r.Suggestions), sum)
		}
	}
}

func TestRankIsHonest(t *testing.T) {
	thin := rank(RouteInput{Title: "Việc lạ", Province: "79"}, []RouteHit{{"so-xd", 0.05}, {"so-gddt", 0.05}}, nil)
	if a, ok := thin.Confident(0.6); ok {
		t.Errorf("confident of %s on thin evidence: %+v", a, thin.Suggestions)
	}
	in := RouteInput{Title: "Đèn đường hỏng", Body: "Đèn đường không sáng, cây xanh che", Province: "79"}
	much := rank(in, []RouteHit{{"so-xd", 0.7}}, []RouteHit{{"so-xd-79", 0.6}, {"so-xd-79", 0.5}})
	if a, ok := much.Confident(0.6); !ok || a != "so-xd-79" {
		t.Errorf("not confident on much evidence: %+v", much.Suggestions)
	}
	if much.Field != "ha-tang" {
		t.Errorf("field %q", much.Field)
	}
	nowhere := rank(RouteInput{Title: in.Title, Body: in.Body}, []RouteHit{{"so-xd", 0.7}}, []RouteHit{{"so-xd-79", 0.6}, {"so-xd-79", 0.5}})
	if a, ok := nowhere.Confident(0.6); ok || first(nowhere) != "bxd" || !nowhere.NoPlace {
		t.Errorf("sure of %s for a broken lamp nobody knows where: %+v", a, nowhere)
	}
	central := rank(RouteInput{Title: in.Title, Body: in.Body}, []RouteHit{{"bxd", 0.7}, {"so-xd", 0.2}}, nil)
	if a, ok := central.Confident(0.6); !ok || a != "bxd" {
		t.Errorf("a ministry's own matter needs no place: %+v", central)
	}
	reasons := strings.Join(much.Suggestions[0].Reasons, "; ")
	for _, want := range []string{"nhắc đến «đèn đường», «cây xanh»", "đúng phần việc được giao", "2 vụ tương tự do Sở Xây dựng trả lời", "xảy ra ở thành phố Hồ Chí Minh"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("reasons %q lack %q", reasons, want)
		}
	}
	again := rank(in, []RouteHit{{"so-xd", 0.7}}, []RouteHit{{"so-xd-79", 0.6}, {"so-xd-79", 0.5}})
	if !slices.EqualFunc(much.Suggestions, again.Suggestions, func(a, b Suggestion) bool { return a.Agency == b.Agency && a.Probability == b.Probability }) {
		t.Error("the same input gives another answer")
	}
}

func TestCueNeedsItsAccents(t *testing.T) {
	if newCueText("Công ty nợ lương công nhân").has("cống") != 0 {
		t.Error("cống is not công")
	}
	if newCueText("Nắp cống bị mất").has("cống") == 0 || newCueText("NẮP CỐNG bị mất").has("nắp cống") == 0 {
		t.Error("a cue is found as it is written")
	}
	if newCueText("den duong hong").has("đèn đường") == 0 || newCueText("cong ty").has("cống") != 0 {
		t.Error("without accents two syllables are a cue and one is not")
	}
}

func BenchmarkRank(b *testing.B) {
	in := RouteInput{Title: "Đèn đường hỏng", Body: strings.Repeat("Đèn đường trước nhà tôi không sáng đã hai tuần nay. ", 20), Province: "79"}
	b.ReportAllocs()
	for b.Loop() {
		rank(in, []RouteHit{{"so-xd", 0.7}, {"bxd", 0.4}}, []RouteHit{{"so-xd-79", 0.6}})
	}
}
