package handlers

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

func (h *harness) sealKeys(agency string) (out api.Jwks) {
	h.t.Helper()
	h.call("GET", "/v1/agencies/"+agency+"/jwks", "", nil).want(200).json(&out)
	return out
}

// TestSealKeyIsRotated: an administrator gives an agency its next key, by API and console. It
// signs a minute later; what was signed before still verifies, also after the ring was rotated;
// and what somebody signs with a key that was given up is told.
func TestSealKeyIsRotated(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		withAgencies(t)(&h.o)
		_, path, reply := h.answered(h.citizen("Nguyễn Thị Hoa"))
		boss, admin := h.staff("boss", "so-xd-79", models.Approver), h.staff("admin", "so-xd-79", models.Admin)
		code := h.step(boss, reply+"/publish", nil).Code
		proof := func() (p api.AnswerProof) {
			h.call("GET", "/v1/answers/"+code+"/proof", "", nil).want(200).json(&p)
			return p
		}
		tell := func(doubt string) {
			t.Helper()
			page := h.browser().get("/answers/" + code).want(200)
			if doubt == "" {
				page.has("Chữ ký số xác nhận câu trả lời này").hasNot("Cảnh báo")
			} else {
				page.has(doubt).hasNot("Chữ ký số xác nhận câu trả lời này")
			}
		}
		first := proof()
		tell("")
		if k := first.Key; k.Kid != "so-xd-79.1" || k.SignsFrom != nil || k.SignsUntil != nil || !first.KeyInTime {
			t.Fatalf("%+v", first)
		}

		rotate := "/v1/admin/agencies/so-xd-79/seal-keys"
		for name, want := range map[string]int{"ubnd-01": 404, "so-yt-79": 404} {
			h.call("POST", rotate, h.staff("other-"+name, name, models.Admin), obj{"reason": "x"}).want(want)
		}
		h.call("POST", rotate, boss, obj{"reason": "x"}).want(403)
		h.call("POST", rotate, admin, obj{"reason": " \n "}).want(422)
		answers := atOnce(func(int) *answer { return h.call("POST", rotate, admin, obj{"reason": "nghi lộ khóa"}) })
		if got := []int{min(answers[0].status, answers[1].status), max(answers[0].status, answers[1].status)}; !slices.Equal(got, []int{201, 409}) {
			t.Fatalf("two at once: %v", got)
		}
		keys := h.sealKeys("so-xd-79").Keys
		if len(keys) != 2 || keys[0].Kid != "so-xd-79.2" || keys[0].SignsFrom == nil || keys[0].SignsUntil != nil || !keys[0].SignsFrom.Equal(*keys[1].SignsUntil) {
			t.Fatalf("%+v", keys)
		}
		if got := h.sealKeys("so-yt-79").Keys; len(got) != 1 {
			t.Errorf("another agency's: %+v", got)
		}
		rules := h.call("GET", "/v1/admin/rules", h.staff("root", models.RootAgency, models.Admin), nil).want(200)
		if strings.Contains(string(rules.body), `"amendments":[{`) {
			t.Errorf("a key is among the rules: %s", rules.body)
		}

		// Until it begins the old one signs, and what it signed is in its time.
		h.step(boss, reply+"/unpublish", obj{"reason": "x"})
		h.step(boss, reply+"/publish", obj{"reason": "x"})
		if p := proof(); p.Key.Kid != "so-xd-79.1" || !p.KeyInTime || p.Key.SignsUntil == nil {
			t.Errorf("%+v", p)
		}
		h.advance(2 * models.SealKeyAhead)
		h.step(boss, reply+"/unpublish", obj{"reason": "x"})
		h.step(boss, reply+"/publish", obj{"reason": "x"})
		if p := proof(); p.Key.Kid != "so-xd-79.2" || !p.KeyInTime {
			t.Errorf("%+v", p)
		}

		// By the console, with the reason in the audit log.
		b, page := h.browser(admin), "/console/admin/agencies/so-xd-79"
		b.get(page).want(200).has("so-xd-79.2", "Thay khóa ký")
		b.post(page+"/seal-key", nil).want(422).raw(`href="#f-reason"`)
		b.post(page+"/seal-key", url.Values{"reason": {"thay khóa hằng năm"}}).to(page)
		b.get(page).want(200).has("so-xd-79.3", "Tiếp theo")
		b.post(page+"/seal-key", url.Values{"reason": {"lần nữa"}}).want(409)
		if log := h.auditLog(); strings.Count(log, "rotate_keys so-xd-79 seal key so-xd-79.2: nghi lộ khóa") == 0 || !strings.Contains(log, "rotate_keys so-xd-79 seal key so-xd-79.3: thay khóa hằng năm") {
			t.Errorf("audit log:\n%s", log)
		}

		// The whole ring begins a root: the same keys verify, the next ones are of the new root.
		h.advance(2 * models.SealKeyAhead)
		before := h.sealKeys("so-xd-79").Keys
		if err := store.NewSealRoot(t.Context(), h.o.Store, h.o.Keyring, h.o.Now()); err != nil {
			t.Fatal(err)
		}
		h.advance(2 * models.SealKeyAhead)
		s := &server{Options: h.o}
		if err := s.reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		after := h.sealKeys("so-xd-79").Keys
		if len(after) != len(before)+1 || after[0].Kid != "so-xd-79.3.2" || !after[0].SignsFrom.Equal(*after[1].SignsUntil) {
			t.Fatalf("%+v", after)
		}
		for i, k := range before {
			if k.X != after[i+1].X || k.Kid != after[i+1].Kid {
				t.Errorf("%+v became %+v", k, after[i+1])
			}
		}

		// Somebody goes on with the first key.
		id := path[strings.LastIndex(path, "/")+1:]
		given := h.o.Ref.SealKeys().Of("so-xd-79")
		_, err := h.o.Store.UpdateFeedback(t.Context(), id, func(f *models.Feedback) ([]models.Work, error) {
			return nil, f.SealPublication(func(string, time.Time) models.Sealer { return given[len(given)-1].Sealer }, h.o.Now())
		})
		if err != nil {
			t.Fatal(err)
		}
		if p := proof(); p.Key.Kid != "so-xd-79.1" || p.KeyInTime || !p.TextUnchanged {
			t.Errorf("%+v", p)
		}
		tell("Cảnh báo: chữ ký được tạo bằng một khóa ngoài thời gian sử dụng")

		// Somebody changes what was sealed.
		_, err = h.o.Store.UpdateFeedback(t.Context(), id, func(f *models.Feedback) ([]models.Work, error) {
			f.SentReply().Body += " Không đúng."
			f.Version++
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		tell("Cảnh báo: chữ ký không khớp với câu trả lời")
	})
}
