// Package fcmtest is a Firebase Cloud Messaging for tests.
package fcmtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Server speaks FCM's HTTP v1 protocol, with the bodies that Google sends. What it
// answers depends on the token's first word: "unregistered-1" and "dead-1" are not
// registered, "quota-1" is over its quota, and so on; any other is accepted.
type Server struct {
	URL     string
	release chan struct{} // closed: hanging requests end

	mu       sync.Mutex
	messages []map[string]any
	requests map[string]int // by token
	failing  map[string]int // requests that still fail, by token
	tokens   int            // access tokens handed out
	refuse   bool           // no access tokens
}

// Start starts one; it ends with the test.
func Start(t *testing.T) *Server {
	s := &Server{release: make(chan struct{}), requests: map[string]int{}, failing: map[string]int{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /v1/projects/thu-nghiem/messages:send", s.send)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		t.Errorf("unexpected request %s %s", r.Method, r.URL)
	})
	h := httptest.NewServer(mux)
	s.URL = h.URL
	t.Cleanup(func() { close(s.release); h.Close() })
	return s
}

func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if s.refuse {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`)
		return
	}
	s.tokens++
	fmt.Fprint(w, `{"access_token":"ya29.thu","expires_in":3600,"token_type":"Bearer"}`)
}

const fcmError = `{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":"%s"}`

func (s *Server) send(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Message map[string]any `json:"message"`
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil || r.Header.Get("Authorization") != "Bearer ya29.thu" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	token, _ := body.Message["token"].(string)
	s.mu.Lock()
	s.requests[token]++
	fails := s.failing[token] > 0
	if fails {
		s.failing[token]--
	}
	s.mu.Unlock()
	answer := func(code int, status, details string) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		w.WriteHeader(code)
		fmt.Fprintf(w, `{"error":{"code":%d,"message":"about %s","status":"%s","details":[%s]}}`, code, token, status, details)
	}
	kind, _, _ := strings.Cut(token, "-")
	if fails {
		kind = "unavailable"
	}
	switch kind {
	case "unregistered", "dead":
		answer(404, "NOT_FOUND", fmt.Sprintf(fcmError, "UNREGISTERED"))
	case "invalid":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT"))
	case "invalidfield":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT")+
			`,{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"Invalid registration token"}]}`)
	case "toobig":
		answer(400, "INVALID_ARGUMENT", fmt.Sprintf(fcmError, "INVALID_ARGUMENT")+
			`,{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data","description":"Too big"}]}`)
	case "mismatch":
		answer(403, "PERMISSION_DENIED", fmt.Sprintf(fcmError, "SENDER_ID_MISMATCH"))
	case "quota":
		w.Header().Set("Retry-After", "90")
		answer(429, "RESOURCE_EXHAUSTED", fmt.Sprintf(fcmError, "QUOTA_EXCEEDED"))
	case "unavailable":
		w.Header().Set("Retry-After", "600")
		answer(503, "UNAVAILABLE", fmt.Sprintf(fcmError, "UNAVAILABLE"))
	case "internal":
		answer(500, "INTERNAL", fmt.Sprintf(fcmError, "INTERNAL"))
	case "proxy":
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html>Bad gateway</html>")
	case "nojson":
		fmt.Fprint(w, "<html>Welcome to the hotel Wi-Fi</html>")
	case "hang":
		select {
		case <-s.release:
		case <-r.Context().Done():
		}
	default:
		s.mu.Lock()
		s.messages = append(s.messages, body.Message)
		n := len(s.messages)
		s.mu.Unlock()
		fmt.Fprintf(w, `{"name":"projects/thu-nghiem/messages/%d"}`, n)
	}
}

// serviceKey signs the service account's requests; making one takes a while.
var serviceKey = sync.OnceValue(func() []byte {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
})

// Credentials is the JSON of a service account that belongs to the server.
func (s *Server) Credentials() string {
	b, _ := json.Marshal(map[string]string{ // strings only
		"type": "service_account", "project_id": "thu-nghiem", "private_key_id": "k1", "private_key": string(serviceKey()),
		"client_email": "push@thu-nghiem.iam.gserviceaccount.com", "client_id": "1", "token_uri": s.URL + "/token",
	})
	return string(b)
}

// Messages returns what was accepted, in order, as it was received.
func (s *Server) Messages() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]map[string]any(nil), s.messages...)
}

// Requests counts the requests for a token, accepted or not.
func (s *Server) Requests(token string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[token]
}

// AccessTokens counts the access tokens that were handed out.
func (s *Server) AccessTokens() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.tokens
}

// RefuseAccess makes the server hand out no access tokens.
func (s *Server) RefuseAccess(refuse bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = refuse
}

// Fail makes the next n requests for a token fail as unavailable.
func (s *Server) Fail(token string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failing[token] = n
}
