package handlers

import (
	"strings"
	"testing"

	"kiennghi/models"
)

func TestAgenciesPage(t *testing.T) {
	h := newHarness(t)
	b := h.browser()
	a := b.get("/agencies").want(200).has("Bộ Xây dựng", "Tỉnh, thành phố", "UBND thành phố Hồ Chí Minh", "(34)", `rel="canonical"`).hasNot("Sở Xây dựng")
	if got := linksOf(a, "/agencies/"); len(got) < 60 {
		t.Errorf("%d agencies", len(got))
	}
	for q, want := range map[string]string{
		"so+xay+dung+ho+chi+minh": "Sở Xây dựng thành phố Hồ Chí Minh", "BEN+THANH": "Bến Thành", "binh+duong": "UBND thành phố Hồ Chí Minh", "tinh+binh+duong": "gồm Bà Rịa",
		"ubnd+tphcm": "UBND thành phố Hồ Chí Minh",
	} {
		b.get("/agencies?q=" + q).want(200).has(want)
	}
	b.get("/agencies?q=phuong").want(200).has("Trang 1 trên ", "Trang sau")
	b.get("/agencies?q=phuong&page=2").want(200).has("Trang 2 trên ", "Trang trước")
	b.get("/agencies?q=quan+khongco").want(200).has("Không có cơ quan nào tên «quan khongco»", "cấp huyện")
	for _, odd := range []string{"q=%ff", "q=" + strings.Repeat("a+", 300), "page=-1", "q=a&page=99999999", "q=%3Cscript%3Ealert(1)%3C/script%3E"} {
		if a := b.get("/agencies?" + odd).want(200); strings.Contains(string(a.body), "<script>alert") {
			t.Errorf("%s is not escaped", odd)
		}
	}
}

func TestAgencyPage(t *testing.T) {
	h := newHarness(t)
	f := h.publicCase("Đèn đường hỏng", h.o.Now(), nil)
	b := h.browser()
	b.get("/agencies/so-xd-79").want(200).has("Sở Xây dựng thành phố Hồ Chí Minh", "Department of Construction", "Trả lời về", "/answers/"+f.Code, "/answers?agency=so-xd-79", "/agencies/ubnd-79",
		`rel="canonical"`, "chưa cung cấp điện thoại")
	a := b.get("/agencies/ubnd-79").want(200).has("<h1>Ủy ban nhân dân thành phố Hồ Chí Minh</h1>", "gồm Bà Rịa", "Sở, ngành", "Xã, phường, đặc khu", "chưa công khai câu trả lời nào")
	if got := linksOf(a, "/agencies/xa-"); len(got) < 100 {
		t.Errorf("%d communes", len(got))
	}
	b.get("/agencies/vpcp").want(200).has("Văn phòng Chính phủ")
	for _, x := range h.o.Ref.Tree.All() {
		if x.Level == models.LevelOutside {
			b.get("/agencies/" + x.Code).want(200).has("Hãy liên hệ trực tiếp").hasNot("Câu trả lời mới nhất")
		}
	}
	for _, nothing := range []string{"nobody", "%00", "..%2f..%2fetc", "'%20or%201=1"} {
		if got := b.get("/agencies/" + nothing).status; got != 404 && got != 400 {
			t.Errorf("%s: %d", nothing, got)
		}
	}
	english := h.browser()
	english.headers["Accept-Language"] = "en"
	english.get("/agencies/so-xd-79").want(200).has("Department of Construction of Ho Chi Minh City", "Answers for", "Latest answers")

	// The page of an agency is there without the search engine, and of one that is no more.
	agencies := h.o.Ref.Tree.All()
	changed := append([]models.Agency(nil), agencies...)
	for i := range changed {
		switch changed[i].Code {
		case "so-xd-01":
			changed[i].Successor, changed[i].Dissolved = "so-xd-79", "2026-03-01"
		case "bxd":
			changed[i].Phone, changed[i].Website, changed[i].Email = "024 1234 567", "javascript:alert(1)", "bxd@example.vn"
		}
	}
	h.o.Ref.Tree.Set(changed)
	defer h.o.Ref.Tree.Set(agencies)
	h.o.Index.Close()
	b.get("/agencies/so-xd-01").want(200).has("đã giải thể ngày", "01/03/2026", "/agencies/so-xd-79").hasNot(`class="button" href="/submit"`)
	b.get("/agencies/bxd").want(200).has("tel:024", "mailto:bxd@example.vn").hasNot(`href="javascript`)
	b.get("/agencies?q=so+xay+dung+thanh+pho+ha+noi").want(200).has("đã giải thể")
}
