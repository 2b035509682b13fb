package handlers

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"kiennghi/models"
)

// TestPrivacyListsGoOn: what a person asked, what is owed, and the register of breaches are read to
// their ends, in the API and on pages.
func TestPrivacyListsGoOn(t *testing.T) {
	h := newHarness(t)
	hoa, dpo := h.citizen("Nguyễn Thị Hoa"), h.staff("dpo", models.RootAgency, models.Admin)
	now, most := h.o.Now(), max(dataRequests, breaches)+3
	for n := range most {
		at := now.AddDate(0, 0, -n) // the one asked last is due last
		r := &models.DataRequest{ID: models.NewID(), Person: h.accountOf(hoa), Right: models.RightErase, Status: models.DataOpen, Text: h.o.Keyring.Seal(fmt.Sprint("yêu cầu ", n)), CreatedAt: at}
		r.Date(h.o.Ref.Rules)
		b := &models.Breach{ID: models.NewID(), What: fmt.Sprint("vi phạm ", n), Affected: "x", By: "dpo", DetectedAt: at, CreatedAt: now}
		for _, err := range []error{h.o.Store.CreateDataRequest(t.Context(), r), h.o.Store.CreateBreach(t.Context(), b)} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for path, who := range map[string]string{"/v1/me/data-requests": hoa, "/v1/desk/data-requests": dpo, "/v1/desk/breaches": dpo} {
		seen := map[string]bool{}
		for next, pages := "", 0; ; pages++ {
			var list struct {
				Items []struct{ ID string }
				Next  string
			}
			h.call("GET", path+"?limit=40&next="+url.QueryEscape(next), who, nil).want(200).json(&list)
			for _, x := range list.Items {
				seen[x.ID] = true
			}
			if next = list.Next; next == "" {
				break
			}
			if len(list.Items) != 40 || pages > 3 {
				t.Fatalf("%s: page %d has %d", path, pages, len(list.Items))
			}
		}
		if len(seen) != most {
			t.Errorf("%s lists %d of %d", path, len(seen), most)
		}
		h.call("GET", path+"?next=trang-hai", who, nil).want(400)
	}
	var mine struct{ Requests []json.RawMessage }
	h.call("GET", "/v1/me/data", hoa, nil).want(200).json(&mine)
	if len(mine.Requests) != most {
		t.Errorf("%d of %d requests are given out", len(mine.Requests), most)
	}

	onward := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	for _, x := range []struct {
		b          *browser
		path, name string
		last       string // on the second page
	}{
		{h.browser(hoa), "/my/data", "next", fmt.Sprint("yêu cầu ", most-1)},
		{h.browser(dpo), "/console/privacy", "requests", "yêu cầu 0"},
		{h.browser(dpo), "/console/privacy", "register", fmt.Sprint("vi phạm ", most-1)},
	} {
		page := x.b.get(x.path).want(200).hasNot(">" + x.last + "<")
		next := ""
		for _, m := range onward.FindAllStringSubmatch(string(page.body), -1) {
			if strings.HasPrefix(m[1], x.path+"?"+x.name+"=") {
				next = m[1]
			}
		}
		x.b.get(next).want(200).has(x.last, `href="`+x.path+`"`)
	}
}
