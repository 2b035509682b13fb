package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
)

// TestTwoVersions deploys this version over an earlier one, KIENNGHI_PREVIOUS, process by
// process while people submit and read: none of them may fail, and while both run, each
// goes on with what the other one wrote. docs/operations.md says how to make an earlier
// one.
func TestTwoVersions(t *testing.T) {
	t.Parallel()
	previous := os.Getenv("KIENNGHI_PREVIOUS")
	if previous == "" {
		why := "KIENNGHI_PREVIOUS names no earlier version of the program, so none ran beside this one"
		if strings.Contains(os.Getenv("KIENNGHI_REQUIRE"), "previous") {
			t.Fatal(why)
		}
		t.Skip("SKIPPED, NOTHING WAS TESTED: " + why)
	}
	c := startCluster(t, previous)
	var people []*client
	for n := range 4 {
		people = append(people, c.named(t, fmt.Sprintf("09130000%02d", n)))
	}
	lan := c.staff(t, "lan", "so-xd-79", "handler")
	boss := c.staff(t, "boss", "so-xd-79", "approver,coordinator")
	hoa := c.named(t, "0914000001")
	codes := []string{hoa.call("POST", "/v1/feedback", 201, processText, "Idempotency-Key", "khoa-truoc-do").str("code")}

	stop := c.load(t, people)
	c.runs("") // from here on
	c.Replace(0)
	c.Workers = append(c.Workers, c.Start(programtest.Worker))
	fresh, old := c.APIs[0], c.APIs[1]
	for _, x := range []struct {
		name     string
		from, to *programtest.Member
	}{{"the earlier one begins", old, fresh}, {"this one begins", fresh, old}} {
		t.Run(x.name, func(t *testing.T) {
			code := oneCase(t, c, x.from, x.to, hoa, lan, boss)
			codes = append(codes, code)
			for _, m := range c.APIs {
				if a := hoa.at(m).call("GET", "/v1/feedback/"+code, 200, nil); a.obj("reply")["body"] != repaired {
					t.Errorf("at %s the sender reads %v", m.URL, a.obj("reply"))
				}
			}
		})
	}
	c.Replace(1)
	c.Replace(2)
	for _, w := range c.Workers[:2] {
		w.Stop(t)
	}
	c.Workers = append(c.Workers[2:], c.Start(programtest.Worker))
	if n := stop(); n < 50 {
		t.Errorf("only %d requests went through", n)
	}

	c.drained(t)
	for _, code := range codes {
		hoa.call("GET", "/v1/feedback/"+code, 200, nil)
	}
	for _, p := range append(people, hoa) {
		for _, item := range p.call("GET", "/v1/feedback?limit=100", 200, nil).list("items") {
			codes = append(codes, item.(map[string]any)["code"].(string))
		}
	}
	c.told(t, codes)
	if out, err := c.command("audit", "verify"); err != nil {
		t.Errorf("audit verify: %v %s", err, out)
	}
	// Back again only where the schema is the same.
	c.runs(previous)
	if out, err := c.command("migrate"); err != nil && !strings.Contains(out, "newer") {
		t.Errorf("the earlier version on this one's schema: %v %s", err, out)
	} else {
		t.Logf("the earlier version on this one's schema: %v %s", err, out)
	}
}

const repaired = "Đã vá mặt đường ngày 20/02/2026."

var roadText = body{"title": "Ổ gà trước cổng trường tiểu học", "province": "79", "publish_name": false, "private": false,
	"body": "Mặt đường trước cổng trường tiểu học hư hỏng, nhiều ổ gà sâu, vỉa hè sụt lún, mưa xuống ngập nước không thấy hố. Đề nghị Sở Xây dựng sửa đường sớm."}

// oneCase goes from the letter to the approved reply, each step at the other version than
// the one before, and returns the code.
func oneCase(t *testing.T, c *cluster, from, to *programtest.Member, hoa, lan, boss *client) string {
	t.Helper()
	key := "khoa-hai-ban-" + unique()
	submitted := hoa.at(from).call("POST", "/v1/feedback", 201, roadText, "Idempotency-Key", key)
	code, at := submitted.str("code"), "/v1/desk/feedback/"+submitted.str("id")
	if again := hoa.at(to).call("POST", "/v1/feedback", 201, roadText, "Idempotency-Key", key); again.str("code") != code {
		t.Errorf("one key is %s and %s", code, again.str("code"))
	}
	hoa.at(from).call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Thị Hoa " + key})
	if name := hoa.at(to).call("GET", "/v1/me", 200, nil).str("name"); name != "Nguyễn Thị Hoa "+key {
		t.Errorf("the name is %q", name)
	}
	routed := eventually(t, "the case is routed", func() (*answer, bool) {
		a := hoa.at(to).call("GET", "/v1/feedback/"+code, 200, nil)
		return a, a.str("status") == "assigned"
	})
	if got := routed.obj("agency")["code"]; got != "so-xd-79" {
		t.Fatalf("routed to %v", got)
	}
	view := lan.at(to).call("GET", at, 200, nil)
	view = lan.at(from).call("POST", at+"/take", 200, nil, "If-Match", view.etag())
	view = lan.at(to).call("POST", at+"/replies", 201, body{"body": repaired, "official_number": "123/SXD-QLHT", "official_date": "2026-02-20"},
		"If-Match", view.etag())
	reply := at + "/replies/" + view.list("replies")[0].(map[string]any)["id"].(string)
	view = lan.at(from).call("POST", reply+"/submit", 200, nil, "If-Match", view.etag())
	view = boss.at(to).call("POST", reply+"/approve", 200, nil, "If-Match", view.etag())
	boss.at(from).call("POST", reply+"/publish", 200, nil, "If-Match", view.etag())
	for _, m := range c.APIs {
		if !programtest.Poll(10*time.Second, func() bool { return programtest.Status(m.URL+"/v1/answers/"+code) == 200 }) {
			t.Errorf("%s does not show the answer", m.URL)
		}
	}
	return code
}
