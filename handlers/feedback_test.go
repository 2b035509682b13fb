package handlers

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
	"kiennghi/store/mongo"
	"kiennghi/store/mongo/mongotest"
)

var pothole = obj{"title": "Ổ gà trước cổng trường", "body": "Đoạn đường trước cổng trường có nhiều ổ gà sâu, đề nghị sửa sớm.", "province": "79"}

// with returns a copy of an object with other values.
func with(o obj, pairs ...any) obj {
	out := obj{}
	for k, v := range o {
		out[k] = v
	}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

// onBothStores runs a test on SQLite and on a MongoDB server.
func onBothStores(t *testing.T, test func(t *testing.T, h *harness)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newHarness(t)) })
	t.Run("mongo", func(t *testing.T) { test(t, newHarness(t, onMongo(t))) })
}

// onMongo puts the records of a harness into a database of a MongoDB server; without one the
// test is skipped, or fails where there has to be one.
func onMongo(t *testing.T) func(*Options) {
	uri := mongotest.Start(t)
	return func(o *Options) {
		o.Store.Close()
		st, err := mongo.Open(t.Context(), uri)
		if err != nil {
			t.Fatal(err)
		}
		if err := st.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		o.Store = store.NewSealing(st, o.Keyring)
	}
}

func TestParallelIdenticalSubmitsMakeOneRecord(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		hoa := h.citizen("Nguyễn Thị Hoa")
		bodies := make([][]byte, 20)
		var wg sync.WaitGroup
		for i := range bodies {
			wg.Go(func() {
				bodies[i] = h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "cung-mot-khoa").want(201).body
			})
		}
		wg.Wait()
		for _, b := range bodies {
			if !bytes.Equal(b, bodies[0]) {
				t.Fatalf("two answers:\n%s\n%s", bodies[0], b)
			}
		}
		page, err := h.o.Store.ListFeedback(t.Context(), store.FeedbackQuery{Sender: h.accountOf(hoa)})
		if err != nil || len(page.Items) != 1 {
			t.Errorf("%d records, %v", len(page.Items), err)
		}
	})
}

func TestTwoOfficersAtOnce(t *testing.T) {
	onBothStores(t, func(t *testing.T, h *harness) {
		f := h.caseOf(h.citizen("Nguyễn Thị Hoa"))
		lan, hung := h.staff("lan", "so-xd-79", models.Handler), h.staff("hung", "so-xd-79", models.Handler)
		path := "/v1/desk/feedback/" + f.ID
		tag := h.call("GET", path, lan, nil).want(200).header.Get("ETag")
		var wg sync.WaitGroup
		answers := make([]*answer, 2)
		for i, token := range []string{lan, hung} {
			wg.Go(func() { answers[i] = h.call("POST", path+"/take", token, nil, "If-Match", tag) })
		}
		wg.Wait()
		won, lost := answers[0], answers[1]
		if won.status != 200 {
			won, lost = lost, won
		}
		won.want(200)
		var stale api.StaleProblem
		lost.want(412).json(&stale)
		if stale.Current.Handler == nil || lost.header.Get("ETag") != won.header.Get("ETag") {
			t.Errorf("the one who lost does not see the current state: %+v", stale.Current.Handler)
		}
		h.call("POST", path+"/take", lan, nil).want(428)
	})
}

func TestIdempotencyKey(t *testing.T) {
	h := newHarness(t)
	hoa, nam := h.citizen("Nguyễn Thị Hoa"), h.citizen("Lê Văn Nam")
	first := h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "khoa-so-1").want(201)
	var f api.Feedback
	first.json(&f)
	h.call("POST", "/v1/feedback", hoa, with(pothole, "title", "Khác"), "Idempotency-Key", "khoa-so-1").want(422)
	h.call("POST", "/v1/feedback", hoa, pothole).want(400)
	h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "ngắn").want(400)
	var another api.Feedback
	h.call("POST", "/v1/feedback", nam, pothole, "Idempotency-Key", "khoa-so-1").want(201).json(&another)
	if another.ID == f.ID {
		t.Error("two senders share a record through the same key")
	}
	// Also much later, after the case went on, the repeat gets the first answer.
	h.call("POST", "/v1/feedback/"+f.Code+"/withdraw", hoa, nil).want(200)
	if again := h.call("POST", "/v1/feedback", hoa, pothole, "Idempotency-Key", "khoa-so-1").want(201); !bytes.Equal(again.body, first.body) {
		t.Errorf("the repeat answers\n%s\nfirst it was\n%s", again.body, first.body)
	}
	// Messages as well.
	g := h.caseOf(hoa)
	for range 2 {
		h.call("POST", "/v1/feedback/"+g.Code+"/messages", hoa, obj{"body": "bổ sung"}, "Idempotency-Key", "tin-nhan-1").want(201).json(&f)
	}
	if len(f.Messages) != 1 {
		t.Errorf("%d messages", len(f.Messages))
	}
}

func TestSubmitSaysAllThatIsWrong(t *testing.T) {
	h := newHarness(t)
	nobody := h.citizen("")
	a := h.call("POST", "/v1/feedback", nobody, with(pothole, "province", "01", "commune", "26740", "field", "khong-co"), "Idempotency-Key", "khoa-so-1").want(422)
	for _, want := range []string{"name:name_required", "commune:other_province", "field:unknown"} {
		if !strings.Contains(a.fields(), want) {
			t.Errorf("%q does not say %s", a.fields(), want)
		}
	}
	en := h.call("POST", "/v1/feedback", nobody, obj{}, "Idempotency-Key", "khoa-so-1", "Accept-Language", "en").want(422)
	if en.fields() != "body:required title:required" && en.fields() != "title:required body:required" || !bytes.Contains(en.body, []byte("This is needed")) {
		t.Errorf("%s", en.body)
	}
}

func TestLettersOfEveryKindAreKept(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	long := strings.Repeat("Kính gửi cơ quan có thẩm quyền. ", 600) // about 5,000 words
	for i, body := range []string{long, "Rác thải đổ bừa bãi 😀🗑️ trước nhà", "duong hu hong khong ai sua chua gi ca", "<script>alert(1)</script> nội dung & \"ngoặc\""} {
		var f api.Feedback
		h.call("POST", "/v1/feedback", hoa, with(pothole, "body", body), "Idempotency-Key", fmt.Sprintf("khoa-so-%d", i)).want(201).json(&f)
		h.call("GET", "/v1/feedback/"+strings.ToLower(f.Code), hoa, nil).want(200).json(&f)
		if f.Body != models.Clean(body) {
			t.Errorf("%.40q came back as %.40q", body, f.Body)
		}
	}
}

func TestTrackingAnswers304(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	f := h.caseOf(hoa)
	tag := h.call("GET", "/v1/feedback/"+f.Code, hoa, nil).want(200).header.Get("ETag")
	h.call("GET", "/v1/feedback/"+f.Code, hoa, nil, "If-None-Match", tag).want(304)
	h.call("GET", "/v1/feedback/"+strings.ToLower(f.Code), hoa, nil, "If-None-Match", tag).want(304)
	h.call("GET", "/v1/feedback/KN-0000", hoa, nil, "If-None-Match", tag).want(404)
	h.call("GET", "/v1/feedback/"+f.Code, h.citizen("Trần Văn Nam"), nil, "If-None-Match", tag).want(404) // another's
	h.call("POST", "/v1/feedback/"+f.Code+"/messages", hoa, obj{"body": "bổ sung"}).want(201)
	h.call("GET", "/v1/feedback/"+f.Code, hoa, nil, "If-None-Match", tag).want(200)
}

func TestDeltaSync(t *testing.T) {
	h := newHarness(t)
	hoa := h.citizen("Nguyễn Thị Hoa")
	a, b := h.caseOf(hoa), h.caseOf(hoa)
	h.advance(time.Minute)
	since := h.o.Now().Add(-time.Second).Format(time.RFC3339)
	h.call("POST", "/v1/feedback/"+a.Code+"/withdraw", hoa, nil).want(200)
	var list api.FeedbackList
	h.call("GET", "/v1/feedback?updated_after="+strings.ReplaceAll(since, "+", "%2B"), hoa, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Items[0].Code != a.Code || list.Items[0].Status != api.StatusWithdrawn {
		t.Errorf("changes since then: %+v", list.Items)
	}
	h.call("GET", "/v1/feedback?limit=1", hoa, nil).want(200).json(&list)
	if len(list.Items) != 1 || list.Next == nil || list.Items[0].Code != b.Code && list.Items[0].Code != a.Code {
		t.Errorf("first page: %+v", list)
	}
	h.call("GET", "/v1/feedback?next=rubbish", hoa, nil).want(400)
}
