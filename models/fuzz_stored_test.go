package models

import (
	"bytes"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// FuzzReadClassifier: of a model that is read, a guess is one of its labels, and it is written as
// it was read.
func FuzzReadClassifier(f *testing.F) {
	lessons := lessonsForTest()
	for _, c := range []*Classifier{TrainClassifier(lessons[:3], ModelHeader{Corpus: "test"}), TrainClassifier(nil, ModelHeader{})} {
		file, err := c.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
	}
	f.Add([]byte("null\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if header, _, _ := bytes.Cut(file, []byte("\n")); bytes.Contains(header, []byte("000000")) {
			return // a large model is slow, not wrong
		}
		c, err := ReadClassifier(file)
		if err != nil {
			return
		}
		c.Guess("Đèn đường hỏng tối om")
		once, err := c.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		again, err := ReadClassifier(once)
		if err != nil {
			t.Fatalf("what was read and written cannot be read: %v", err)
		}
		if twice, err := again.MarshalBinary(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("written twice it differs: %v", err)
		}
	})
}

// FuzzParseSubscription: what is read leads to a known push service by https, and its token is
// read as the same.
func FuzzParseSubscription(f *testing.F) {
	good := Subscription{Endpoint: "https://fcm.googleapis.com/fcm/send/abc:def", Auth: "8eDyX_uCN0XRhSbY5hs7Hg==",
		P256dh: "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM"}
	for _, endpoint := range []string{good.Endpoint, "https://web.push.apple.com:443/QK", `https://example.vn\.push.apple.com/x`, "https://a@fcm.googleapis.com", "https://[fcm.googleapis.com]/"} {
		s := good
		s.Endpoint = endpoint
		f.Add(s.Token(), endpoint)
	}
	f.Add("[]", "")
	f.Fuzz(func(t *testing.T, token, endpoint string) {
		changed := good
		changed.Endpoint = endpoint
		for _, token := range []string{token, changed.Token()} {
			s, err := ParseSubscription(token)
			if err != nil {
				continue
			}
			if again, err := ParseSubscription(s.Token()); err != nil || again != s {
				t.Errorf("%+v, again %+v: %v", s, again, err)
			}
			u, err := url.Parse(s.Endpoint)
			if err != nil || u.Scheme != "https" || strings.ContainsAny(u.Host, "\\@/ []") || !pushService(u.Hostname()) {
				t.Errorf("%q is a push service: %v", s.Endpoint, err)
			}
		}
	})
}

// FuzzReadHash: a stored hash that is read costs a bounded amount and is written as the same, and
// no other text is one.
func FuzzReadHash(f *testing.F) {
	hash := HashPassword("Mat-khau-rat-dai-1")
	f.Add(hash)
	for _, change := range [][2]string{{"m=19456", "m=4294967295"}, {"t=2", "t=0"}, {"p=1", "p=256"}, {"v=19", "v=16"}, {"argon2id", "argon2i"}, {"p=1$", "p=1$$"}} {
		f.Add(strings.Replace(hash, change[0], change[1], 1))
	}
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, hash string) {
		h, ok := readHash(hash)
		if !ok {
			return
		}
		if len(h.sum) != argonKey || h.time < 1 || h.time > 16 || h.memory < 1 || h.memory > 256<<10 || h.threads < 1 {
			t.Errorf("%q is taken for %+v", hash, h)
		}
		if again, ok := readHash(h.String()); !ok || !reflect.DeepEqual(again, h) {
			t.Errorf("%q is %+v, again %+v", hash, h, again)
		}
	})
}
