// Package webpushtest is a push service of browsers, and browsers, for tests.
package webpushtest

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"kiennghi/models"
)

// Server takes what is pushed, checks it as a service does, and reads it as the browser
// that it is for does. What it answers is said with Answer; 201 otherwise.
type Server struct {
	t    *testing.T
	http *httptest.Server

	mu       sync.Mutex
	browsers map[string]*browser // by path
	messages []Message
	keys     map[string]bool // public keys that signed
}

// Message is one that arrived and could be read.
type Message struct {
	Browser    string // name
	Text       string
	TTL, Topic string
}

type browser struct {
	name   string
	key    *ecdh.PrivateKey
	auth   []byte
	status int
	header http.Header
	calls  int
}

// Start starts one; it ends with the test.
func Start(t *testing.T) *Server {
	s := &Server{t: t, browsers: map[string]*browser{}, keys: map[string]bool{}}
	s.http = httptest.NewTLSServer(http.HandlerFunc(s.push))
	t.Cleanup(s.http.Close)
	return s
}

// host is one of the services that subscriptions may be at.
const host = "fcm.googleapis.com"

// Client reaches the server under the name of a real service.
func (s *Server) Client() *http.Client {
	roots := x509.NewCertPool()
	roots.AddCert(s.http.Certificate())
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: "example.com"}, // that the certificate is for
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, s.http.Listener.Addr().String())
		},
	}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// Subscribe makes a browser and returns what it would tell the site.
func (s *Server) Subscribe(name string) models.Subscription {
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{name: name, key: key, auth: make([]byte, 16), status: http.StatusCreated}
	rand.Read(b.auth)
	path := "/fcm/send/" + models.NewID()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browsers[path] = b
	return models.Subscription{Endpoint: "https://" + host + path,
		P256dh: base64.RawURLEncoding.EncodeToString(key.PublicKey().Bytes()), Auth: base64.RawURLEncoding.EncodeToString(b.auth)}
}

// Answer sets what the service says to pushes for a browser from now on.
func (s *Server) Answer(name string, status int, header http.Header) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.browsers {
		if b.name == name {
			b.status, b.header = status, header
		}
	}
}

// Messages are those that arrived.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Calls counts the pushes for a browser, taken or not.
func (s *Server) Calls(name string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.browsers {
		if b.name == name {
			n += b.calls
		}
	}
	return n
}

// SignedBy lists the public keys that pushes were signed with.
func (s *Server) SignedBy() (keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k := range s.keys {
		keys = append(keys, k)
	}
	return keys
}

func (s *Server) push(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.browsers[r.URL.Path]
	if b == nil {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	b.calls++
	for name, values := range b.header {
		w.Header()[name] = values
	}
	if b.status != http.StatusCreated {
		w.WriteHeader(b.status)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.signed(r.Header.Get("Authorization"))
	}
	var text string
	if err == nil {
		text, err = b.read(body)
	}
	if err != nil || len(body) > 4096 || r.Header.Get("Content-Encoding") != "aes128gcm" {
		s.t.Errorf("what is pushed is refused: %v, %d bytes, %v", err, len(body), r.Header)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.messages = append(s.messages, Message{b.name, text, r.Header.Get("TTL"), r.Header.Get("Topic")})
	w.WriteHeader(b.status)
}

// signed checks the signature of RFC 8292.
func (s *Server) signed(header string) error {
	rest, ok := strings.CutPrefix(header, "vapid t=")
	token, public, ok2 := strings.Cut(rest, ", k=")
	if !ok || !ok2 {
		return errors.New("no signature")
	}
	raw, err := base64.RawURLEncoding.DecodeString(public)
	if err != nil {
		return err
	}
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return publicKey(raw) },
		jwt.WithValidMethods([]string{"ES256"}), jwt.WithAudience("https://"+host), jwt.WithExpirationRequired())
	if err != nil {
		return err
	}
	if sub, _ := claims.GetSubject(); !strings.HasPrefix(sub, "https://") && !strings.HasPrefix(sub, "mailto:") {
		return errors.New("no contact: " + sub)
	}
	s.keys[public] = true
	return nil
}

// read decrypts what came for a browser (RFC 8188, 8291).
func (b *browser) read(body []byte) (string, error) {
	if len(body) < 21+65+17 || body[20] != 65 {
		return "", errors.New("it is too short")
	}
	salt, size, from, sealed := body[:16], binary.BigEndian.Uint32(body[16:20]), body[21:86], body[86:]
	if int(size) < len(sealed) {
		return "", errors.New("more than one record")
	}
	sender, err := ecdh.P256().NewPublicKey(from)
	if err != nil {
		return "", err
	}
	shared, err := b.key.ECDH(sender)
	if err != nil {
		return "", err
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		if err != nil {
			return nil
		}
		var out []byte
		out, err = hkdf.Key(sha256.New, secret, salt, info, n)
		return out
	}
	ikm := derive(shared, b.auth, "WebPush: info\x00"+string(b.key.PublicKey().Bytes())+string(from), 32)
	key, nonce := derive(ikm, salt, "Content-Encoding: aes128gcm\x00", 16), derive(ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return "", errors.New("the end is not marked")
	}
	return strings.TrimSuffix(text, "\x02"), nil
}

func publicKey(raw []byte) (*ecdsa.PublicKey, error) {
	return ecdsa.ParseUncompressedPublicKey(elliptic.P256(), raw)
}
