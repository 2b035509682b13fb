package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"sync/atomic"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
	"kiennghi/store"
)

// caller is a signed-in citizen and their cases.
type caller struct {
	token string
	cases []known
}

// known is what requests need of a case; a quarter of all are held here.
type known struct {
	code    string
	version int64
}

// deskMembers are the members of staff who sign in: their inboxes have more than a page with
// 10,000 cases already.
var deskMembers = []string{"coordinator.vpcp", "handler.bxd", "handler.ubnd-79", "handler.so-nnmt-79"}

// scene is everything that requests are made from.
type scene struct {
	callers  []caller
	desks    []string // tokens
	consoles []string // headers with the cookies of the same members
	codes    []string // published
	queries  []asked
	w        *writer
	run      string // makes idempotency keys of this run differ from others'
	sent     atomic.Int64
}

// newScene signs in and learns which cases there are, once the program has reminded of all
// that is late in the folder: these have another version then.
func newScene(ctx context.Context, p *process, at *place) (*scene, error) {
	if err := p.rest(ctx, 5*time.Second); err != nil {
		return nil, err
	}
	s := &scene{run: models.NewID()[:12]}
	for i := range signers {
		token, err := signIn(p.addr, at.data, phone(i))
		if err != nil {
			return nil, err
		}
		s.callers = append(s.callers, caller{token: token})
	}
	for _, name := range deskMembers {
		token, err := signInStaff(p.addr, name)
		if err != nil {
			return nil, err
		}
		s.desks = append(s.desks, token)
		cookies, err := enterConsole(p.addr, name)
		if err != nil {
			return nil, err
		}
		s.consoles = append(s.consoles, cookies)
	}
	st, err := at.open(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close()
	agencies, err := st.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := at.keyring()
	if err != nil {
		return nil, err
	}
	s.w = newWriter(reference(agencies), []*models.Person{})
	s.queries = s.w.queries(2000)
	for i := range s.callers {
		err := store.EachOf(ctx, st, person(keys, i).ID, func(row models.Summary) error {
			s.callers[i].cases = append(s.callers[i].cases, known{row.Code, row.Version})
			if row.PublishedAt != nil {
				s.codes = append(s.codes, row.Code)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(s.callers[i].cases) == 0 {
			return nil, errors.New("a sender without a case")
		}
	}
	return s, nil
}

func (s *scene) track(r *rand.Rand, buf []byte) []byte {
	c := &s.callers[r.IntN(len(s.callers))]
	return appendGet(buf, "/v1/feedback/"+pick(r, c.cases).code, c.token, "")
}

func (s *scene) unchanged(r *rand.Rand, buf []byte) []byte {
	c := &s.callers[r.IntN(len(s.callers))]
	one := pick(r, c.cases)
	return appendGet(buf, "/v1/feedback/"+one.code, c.token, "If-None-Match: \""+strconv.FormatInt(one.version, 10)+"-vi\"\r\n")
}

func (s *scene) answer(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, "/v1/answers/"+pick(r, s.codes), "", "")
}

// list is the first page of the public answers, of all or of one province or field, as
// the front page and the pages of provinces and fields show it.
func (s *scene) list(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, answersPath("/v1/answers?limit=20", r), "", "")
}

func answersPath(path string, r *rand.Rand) string {
	switch r.IntN(4) {
	case 0:
		return path + "&province=" + pick(r, knowledge.Provinces()).Code
	case 1:
		return path + "&field=" + pick(r, knowledge.Fields()).Slug
	}
	return path
}

func (s *scene) inbox(r *rand.Rand, buf []byte) []byte {
	path := "/v1/desk/feedback?limit=20"
	switch r.IntN(4) {
	case 0:
		path += "&status=assigned"
	case 1:
		path += "&status=in_progress&sort=due"
	}
	return appendGet(buf, path, pick(r, s.desks), "")
}

func (a asked) path() string {
	v := url.Values{"q": {a.text}, "limit": {"20"}}
	if a.province != "" {
		v.Set("province", a.province)
	}
	if a.field != "" {
		v.Set("field", a.field)
	}
	return "/v1/answers?" + v.Encode()
}

// search asks one query after the other, so that none comes again soon.
func (s *scene) search(_ *rand.Rand, buf []byte) []byte {
	n := int(s.sent.Add(1))
	return appendGet(buf, s.queries[n%len(s.queries)].path(), "", "")
}

// popular asks a few queries again and again, as on a day with one subject.
func (s *scene) popular(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, s.queries[r.IntN(50)].path(), "", "")
}

// submit sends a new letter; one that names its agency needs no routing.
func (s *scene) submit(named bool) func(*rand.Rand, []byte) []byte {
	return func(r *rand.Rand, buf []byte) []byte {
		return s.post(r, buf, named, s.run+"-"+strconv.FormatInt(s.sent.Add(1), 10))
	}
}

func (s *scene) post(r *rand.Rand, buf []byte, named bool, key string) []byte {
	l := pick(r, s.w.demo)
	for named && (l.Agency == "" || l.Agency == models.RootAgency) {
		l = pick(r, s.w.demo)
	}
	title, text, place := s.w.text(r, l)
	in := map[string]any{"title": title, "body": text, "province": place.Province, "commune": place.Code, "publish_name": false, "private": false}
	if named {
		in["agency"] = l.Agency
	}
	body, err := json.Marshal(in)
	if err != nil {
		panic(err) // strings and booleans
	}
	return appendPost(buf, "/v1/feedback", pick(r, s.callers).token, "Idempotency-Key: "+key+"\r\n", body)
}

// mixed is a day: mostly people who look at their case or at answers, some who search,
// officers, and one in a hundred who sends something.
func (s *scene) mixed(r *rand.Rand, buf []byte) []byte {
	switch n := r.IntN(100); {
	case n < 50:
		return s.track(r, buf)
	case n < 70:
		return s.answer(r, buf)
	case n < 85:
		return s.list(r, buf)
	case n < 98:
		return s.inbox(r, buf)
	case n < 99:
		return s.popular(r, buf)
	default:
		return s.post(r, buf, true, s.run+"-"+strconv.FormatInt(s.sent.Add(1), 10))
	}
}

// repeats checks that a repeated submission is answered with the same case.
func (s *scene) repeats(p *process) error {
	var first string
	for range 2 {
		r := rand.New(rand.NewPCG(9, 9))
		status, body, err := fetch(p.addr, s.post(r, nil, true, s.run+"-again\r\nConnection: close"))
		if err != nil || status != 201 {
			return fmt.Errorf("submitting: status %d, %v", status, err)
		}
		if first != "" && first != string(body) {
			return errors.New("a repeated submission was answered differently")
		}
		first = string(body)
	}
	return nil
}

// row asks a yardstick for a case by its code.
func (s *scene) row(r *rand.Rand, buf []byte) []byte {
	return appendGet(buf, "/"+pick(r, s.codes), "", "")
}
