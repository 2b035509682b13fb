package handlers

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"kiennghi/api"
	"kiennghi/models"
	"kiennghi/store"
)

const (
	streamsEach   = 5    // streams of one account in one process
	streamsAll    = 2000 // streams of one process
	streamLife    = 30 * time.Minute
	streamBeat    = 15 * time.Second // a comment, so that proxies keep the connection
	citizenLook   = time.Second      // how often the store is asked
	staffLook     = 3 * time.Second
	streamRetry   = 3 * time.Second // told to the client: wait before connecting anew
	streamLooksAt = 20              // newest rows that a look compares
)

// streams counts the open event streams.
type streams struct {
	mu  sync.Mutex
	all int
	of  map[string]int
}

// enter reserves a stream for an account; false when there are too many.
func (x *streams) enter(account string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.all >= streamsAll || x.of[account] >= streamsEach {
		return false
	}
	if x.of == nil {
		x.of = map[string]int{}
	}
	x.all++
	x.of[account]++
	return true
}

func (x *streams) leave(account string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.all--
	if x.of[account]--; x.of[account] == 0 {
		delete(x.of, account)
	}
}

// event is one server-sent event. Its ID lets a client that lost the connection go on.
type event struct {
	id   string
	name string
	data any
	at   time.Time
}

// eventStream is one open stream. It asks the store again and again, so that it hears
// of what other processes did.
type eventStream struct {
	s     *server
	r     *request
	id    identity
	ends  time.Time // of the token or of the stream
	after string    // Last-Event-ID
	look  func(ctx context.Context) ([]event, error)
	every time.Duration
	seen  map[string]bool // IDs of the last look
}

// StreamEvents tells the signed-in account what is new: a citizen of notifications,
// staff of changed cases in their scope. It is a hint to look, not the record itself:
// what happens between two connections is made up for as far as Last-Event-ID and the
// newest 20 rows reach. A stream ends with its token, after half an hour, when the
// client goes and when the server stops.
func (s *server) StreamEvents(ctx context.Context, _ api.StreamEventsRequestObject) (api.StreamEventsResponseObject, error) {
	r := *of(ctx)
	e := &eventStream{s: s, r: &r, every: citizenLook}
	e.look = e.notifications
	if r.Staff != nil {
		if !r.Staff.May(models.ActList) {
			return nil, models.ErrForbidden
		}
		e.look, e.every = e.cases, staffLook
	}
	return e, nil
}

// VisitStreamEventsResponse opens the stream for as long as its token is good.
func (e *eventStream) VisitStreamEventsResponse(c *fiber.Ctx) error {
	token, _ := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
	id, err := e.s.tokens.verify(c.UserContext(), token)
	if err != nil {
		return err
	}
	e.id, e.ends, e.after = id, earlier(id.ends, e.s.Now().Add(streamLife)), c.Get("Last-Event-ID")
	return e.open(c)
}

// open sends the head of the answer and then what there is to tell.
func (e *eventStream) open(c *fiber.Ctx) error {
	if !e.s.streams.enter(e.r.Account) {
		return &waitError{after: time.Minute}
	}
	stopping, conn := c.Context().Done(), c.Context().Conn()
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetConnectionClose() // nothing follows a stream, so its end is noticed by reading
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer e.s.streams.leave(e.r.Account)
		ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(e.ends.Sub(e.s.Now())))
		defer cancel()
		gone := watch(conn, cancel)
		defer func() { conn.SetReadDeadline(time.Now()); <-gone }()
		if err := e.run(ctx, stopping, conn, w); err != nil && ctx.Err() == nil {
			e.s.Log.Info("an event stream ended", "id", e.r.ID, "error", err.Error())
		}
	})
	return nil
}

// watch calls stop when the client has closed its side. The channel is closed when it
// no longer reads.
func watch(conn net.Conn, stop func()) <-chan struct{} {
	done := make(chan struct{})
	conn.SetReadDeadline(time.Now().Add(streamLife + time.Minute))
	go func() {
		defer close(done)
		var b [64]byte
		for {
			if _, err := conn.Read(b[:]); err != nil {
				stop()
				return
			}
		}
	}()
	return done
}

// run sends until there is a reason to end.
func (e *eventStream) run(ctx context.Context, stopping <-chan struct{}, conn net.Conn, w *bufio.Writer) error {
	send := func(text string) error {
		conn.SetWriteDeadline(time.Now().Add(uploadPause))
		if _, err := w.WriteString(text); err != nil {
			return err
		}
		return w.Flush()
	}
	look, beat := time.NewTicker(e.every), time.NewTicker(streamBeat)
	defer look.Stop()
	defer beat.Stop()
	hello := "retry: " + strconv.FormatInt(streamRetry.Milliseconds(), 10) + "\n\n"
	for {
		news, err := e.news(ctx)
		if errors.Is(err, errToken) {
			return nil
		}
		if err != nil && ctx.Err() == nil {
			e.s.Log.Warn("an event stream could not look", "id", e.r.ID, "error", err.Error()) // and tries again
		}
		if hello != "" { // after the first look: what happens from now on is told
			if err := send(hello); err != nil {
				return err
			}
			hello = ""
		}
		for _, n := range news {
			data, err := json.Marshal(n.data)
			if err != nil {
				return err
			}
			if err := send(fmt.Sprintf("id: %s\nevent: %s\ndata: %s\n\n", n.id, n.name, data)); err != nil {
				return err
			}
		}
	wait:
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-stopping:
				return nil
			case <-e.s.ending:
				return nil
			case <-beat.C:
				if err := send(":\n\n"); err != nil {
					return err
				}
			case <-look.C:
				break wait
			}
		}
	}
}

// news returns what the last look did not see, oldest first. The first look only takes
// note, or with Last-Event-ID returns what is newer.
func (e *eventStream) news(ctx context.Context) ([]event, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	found, err := e.look(ctx)
	if err != nil {
		return nil, err
	}
	first := e.seen == nil
	seen := make(map[string]bool, len(found))
	var news []event
	for _, x := range found {
		seen[x.id] = true
		if first && !newer(x, e.after) || e.seen[x.id] {
			continue
		}
		news = append([]event{x}, news...)
	}
	e.seen = seen
	return news, nil
}

// newer reports whether x came after the event with that ID, which begins with its time.
func newer(x event, last string) bool {
	ms, _, ok := strings.Cut(last, "-")
	at, err := strconv.ParseInt(ms, 10, 64)
	return ok && err == nil && x.id != last && x.at.UnixMilli() >= at
}

func eventID(at time.Time, id string) string { return strconv.FormatInt(at.UnixMilli(), 10) + "-" + id }

// notifications are a citizen's newest ones.
func (e *eventStream) notifications(ctx context.Context) ([]event, error) {
	page, err := e.s.Store.ListNotifications(ctx, e.r.Account, streamLooksAt, "")
	var out []event
	for _, n := range page.Items {
		v := notificationView(n, e.r.Lang)
		out = append(out, event{id: eventID(n.At, n.ID), name: "notification", at: n.At,
			data: map[string]any{"id": n.ID, "code": n.Code, "event": n.Event, "title": v.Title, "at": n.At}})
	}
	return out, err
}

// cases are those in a member's scope that changed in the last minute. The member is
// looked up anew: one who was disabled or signed out hears nothing more.
func (e *eventStream) cases(ctx context.Context) ([]event, error) {
	member, err := e.s.member(ctx, e.id)
	if err != nil {
		return nil, err
	}
	if !member.May(models.ActList) {
		return nil, errToken
	}
	since := e.s.Now().Add(-time.Minute)
	if at, err := strconv.ParseInt(strings.SplitN(e.after, "-", 2)[0], 10, 64); err == nil && e.seen == nil {
		since = time.UnixMilli(at)
	}
	page, err := e.s.Store.ListFeedback(ctx, store.FeedbackQuery{
		Scope: member.Agency, Sort: store.ByUpdated, UpdatedAfter: since, Limit: 100,
	})
	var out []event
	for i := len(page.Items) - 1; i >= 0; i-- {
		f := page.Items[i]
		out = append(out, event{id: eventID(f.UpdatedAt, f.ID), name: "feedback", at: f.UpdatedAt,
			data: map[string]any{"id": f.ID, "code": f.Code, "status": f.Status, "at": f.UpdatedAt}})
	}
	return out, err
}
