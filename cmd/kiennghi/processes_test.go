package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kiennghi/cmd/kiennghi/programtest"
	"kiennghi/notify/fcm/fcmtest"
	"kiennghi/search/meili/meilitest"
	"kiennghi/store/mongo/mongotest"
)

// cluster is several processes of the program on one database and one search engine.
type cluster struct {
	*running // base is the proxy's; stop ends all
	*programtest.Cluster
}

// startCluster starts the processes. binary is what they run; empty: the one built for
// the tests.
func startCluster(t *testing.T, binary string) *cluster {
	t.Helper()
	uri := mongotest.Start(t)
	search, key := meilitest.Start(t)
	google := fcmtest.Start(t)
	c := &cluster{running: &running{data: t.TempDir(), log: &programtest.Log{}, ended: make(chan error, 1), google: google}}
	i := &programtest.Install{T: t, Data: c.data, Log: c.log, Path: binary}
	for name, value := range map[string]string{"LISTEN": "127.0.0.1:0", "METRICS_LISTEN": "", "DATA": c.data,
		"MONGO_URI": uri, "MEILI_URL": search, "MEILI_KEY": key, "MEILI_INDEX": "processes" + unique(),
		"FCM_CREDENTIALS": google.Credentials(), "FCM_ENDPOINT": google.URL,
		"TRUSTED_PROXIES": "127.0.0.1", "LAME_DUCK": "500ms", "WORK_LEASE": "15s"} {
		i.Env = append(i.Env, prefix+name+"="+value)
	}
	c.Cluster = programtest.NewCluster(i, 3, 2)
	c.base, c.environ, c.binary = c.URL, i.Env, binary
	c.end = func() {
		c.Stop()
		c.ended <- nil
	}
	t.Cleanup(func() { c.stop(t) })
	return c
}

// runs has everything that is started from now on be that binary.
func (c *cluster) runs(binary string) { c.binary, c.Path = binary, binary }

// at is the same caller, at one process instead of the proxy.
func (c *client) at(m *programtest.Member) *client {
	return &client{t: c.t, base: m.URL, token: c.token}
}

var processText = body{"title": "Đèn đường hỏng", "body": "Đèn đường khu vực chợ hỏng đã hai tuần, buổi tối đi lại rất nguy hiểm.",
	"province": "79", "publish_name": false, "private": false}

// named signs a citizen in and gives them a name and a phone with the app.
func (c *cluster) named(t *testing.T, phone string) *client {
	t.Helper()
	p := c.citizen(t, phone)
	p.call("PATCH", "/v1/me", 200, body{"name": "Nguyễn Văn A"})
	p.call("PUT", "/v1/devices/may-"+phone, 204, body{"fcm_token": "tok-" + phone, "platform": "android", "language": "vi"})
	return p
}

// TestProcesses runs three API processes and two workers behind a proxy. For two versions
// side by side see TestTwoVersions.
func TestProcesses(t *testing.T) {
	t.Parallel()
	c := startCluster(t, "")
	hoa := c.named(t, "0911000001")

	t.Run("one key is one case", func(t *testing.T) {
		answers := make([][]byte, 12)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() {
				answers[i], _ = submitOnce(c.base, hoa.token, "khoa-chung-01")
			})
		}
		all.Wait()
		for _, a := range answers {
			if len(a) == 0 || !bytes.Equal(a, answers[0]) {
				t.Fatalf("two answers:\n%s\n%s", answers[0], a)
			}
		}
		if n := len(hoa.call("GET", "/v1/feedback", 200, nil).list("items")); n != 1 {
			t.Errorf("%d cases", n)
		}
	})

	t.Run("sessions", func(t *testing.T) {
		for _, m := range c.APIs {
			hoa.at(m).call("GET", "/v1/me", 200, nil)
		}
		lan := c.staff(t, "lan-p", "so-xd-79", "handler")
		for _, m := range c.APIs {
			lan.at(m).call("GET", "/v1/desk/feedback", 200, nil)
		}
		lan.at(c.APIs[0]).call("DELETE", "/v1/sessions/all", 204, nil)
		for _, m := range c.APIs {
			lan.at(m).call("GET", "/v1/desk/feedback", 401, nil)
		}
	})

	t.Run("tries of a code", func(t *testing.T) {
		anyone := c.anyone(t)
		anyone.call("POST", "/v1/auth/otp", 202, body{"phone": "0911000002"})
		code := eventually(t, "the code is sent", func() (string, bool) {
			for _, m := range c.outbox(t) {
				if m["channel"] == "sms" && strings.HasSuffix(m["to"].(string), "911000002") {
					return sixDigits.FindString(m["body"].(string)), true
				}
			}
			return "", false
		})
		wrong := "000000"
		if code == wrong {
			wrong = "111111"
		}
		for range 5 {
			anyone.call("POST", "/v1/auth/otp/verify", 401, body{"phone": "0911000002", "code": wrong})
		}
		for _, m := range c.APIs {
			anyone.at(m).call("POST", "/v1/auth/otp/verify", 401, body{"phone": "0911000002", "code": code})
		}
	})

	t.Run("rate limits", func(t *testing.T) {
		nam := c.named(t, "0911000003")
		passed := 0
		for passed < 60 {
			_, status := submitOnce(c.base, nam.token, "") // counted before it is refused for its lack of a key
			if status == http.StatusTooManyRequests {
				break
			}
			passed++
		}
		if passed < 30 || passed > 39 { // 30 an hour, and a tenth for each process
			t.Errorf("%d requests passed", passed)
		}
	})

	t.Run("events", func(t *testing.T) {
		for i, m := range c.APIs {
			req, err := http.NewRequestWithContext(t.Context(), "GET", m.URL+"/v1/events", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+hoa.token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			lines := bufio.NewScanner(res.Body)
			for lines.Scan() && !strings.HasPrefix(lines.Text(), "retry:") {
			}
			code := hoa.call("POST", "/v1/feedback", 201, processText, "Idempotency-Key", fmt.Sprintf("khoa-su-kien-%d", i)).str("code")
			for lines.Scan() && !strings.Contains(lines.Text(), code) {
			}
			if lines.Err() != nil {
				t.Errorf("process %d: %v", i, lines.Err())
			}
			res.Body.Close()
		}
	})

	t.Run("key rotation", func(t *testing.T) {
		if out, err := c.command("keys", "rotate"); err != nil {
			t.Fatal(err, out)
		}
		for _, m := range c.APIs { // what was sealed anew is read, and old tokens are good
			if name := hoa.at(m).call("GET", "/v1/me", 200, nil).str("name"); name != "Nguyễn Văn A" {
				t.Errorf("the name is %q", name)
			}
		}
		mai := c.named(t, "0911000004") // sealed with the new key by one process, read by all
		for _, m := range c.APIs {
			mai.at(m).call("GET", "/v1/me", 200, nil)
		}
	})

	people := []*client{hoa}
	for n := range 5 {
		people = append(people, c.named(t, fmt.Sprintf("09120000%02d", n)))
	}

	t.Run("rolling restart", func(t *testing.T) {
		stop := c.load(t, people)
		for i := range c.APIs {
			c.Replace(i)
			if out, err := c.command("migrate"); err != nil {
				t.Error(err, out)
			}
		}
		if n := stop(); n < 50 {
			t.Errorf("only %d requests went through", n)
		}
	})

	t.Run("a worker killed with work in hand", func(t *testing.T) {
		var codes []string
		others := people[:0:0] // those of the rolling restart may have sent all that one may in an hour
		for n := range 6 {
			others = append(others, c.named(t, fmt.Sprintf("09130000%02d", n)))
		}
		for n := range 4 {
			for i, p := range others {
				codes = append(codes, p.call("POST", "/v1/feedback", 201, processText, "Idempotency-Key", fmt.Sprintf("khoa-tho-%d-%d", n, i)).str("code"))
			}
			if n == 2 {
				c.Workers[0].Cmd.Process.Kill()
			}
		}
		<-c.Workers[0].Done
		c.told(t, codes)
		c.drained(t)
	})

	wholeJob(t, c.running) // and ends all
}

// drained waits until no work is left. What /readyz says may be 200 ms old, in which a test
// submits two dozen cases: wait first for what the work does.
func (c *cluster) drained(t *testing.T) {
	done := programtest.Poll(3*time.Minute, func() bool { // the rolling restart left work as well, and all tests share the machine
		work := c.anyone(t).call("GET", "/readyz", 200, nil).obj("work")
		return work["pending"] == 0.0 && work["parked"] == 0.0
	})
	if !done {
		t.Errorf("there is work left: %v", c.anyone(t).call("GET", "/readyz", 200, nil).obj("work"))
	}
}

// told waits for a push for each of the cases that says that it came: those that a killed
// worker had in hand come when its claims end.
func (c *cluster) told(t *testing.T, codes []string) {
	var left []string
	programtest.Poll(3*time.Minute, func() bool {
		told := map[string]bool{}
		for _, m := range c.google.Messages() {
			if data, ok := m["data"].(map[string]any); ok && data["event"] == "received" {
				told[data["code"].(string)] = true
			}
		}
		left = slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return told[code] })
		return len(left) == 0
	})
	for _, code := range left {
		t.Errorf("nobody was told of %s", code)
	}
}

// submitOnce submits with a key and returns what came back.
func submitOnce(base, token, key string) ([]byte, int) {
	req, err := http.NewRequest("POST", base+"/v1/feedback", strings.NewReader(toJSON(processText)))
	if err != nil {
		return nil, 0
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return []byte(err.Error()), 0
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return []byte(err.Error()), 0
	}
	return raw, res.StatusCode
}

// load has each of the people submit and read until it is stopped; every failure is the
// test's. Stopping returns how many requests went through.
func (c *cluster) load(t *testing.T, people []*client) (stop func() int) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var n atomic.Int64
	for i, p := range people {
		all.Go(func() {
			for k := 0; ctx.Err() == nil; k++ {
				if k%10 == 0 && k < 100 { // far below what one may send in an hour
					raw, status := submitOnce(c.base, p.token, fmt.Sprintf("khoa-tai-%d-%d", i, k))
					if status != 201 {
						t.Errorf("submitting: %d %s", status, raw)
					}
				}
				res, err := http.DefaultClient.Do(p.list())
				if err != nil {
					t.Errorf("reading: %v", err)
					continue
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if res.StatusCode != 200 {
					t.Errorf("reading: %d", res.StatusCode)
				}
				n.Add(1)
				time.Sleep(20 * time.Millisecond) // below the limit of calls
			}
		})
	}
	return func() int { cancel(); all.Wait(); return int(n.Load()) }
}

// list is a request for the caller's own cases.
func (c *client) list() *http.Request {
	req, err := http.NewRequest("GET", c.base+"/v1/feedback?limit=5", nil)
	if err != nil {
		panic(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	return req
}
