package worker

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"kiennghi/models"
	"kiennghi/notify"
)

// pushTTL is how long a push waits for a phone that is off. The inbox keeps the news.
const pushTTL = 7 * 24 * time.Hour

// bySMS lists the events that reach even a sender without the app: the law wants
// them told, and the sender may have to act.
var bySMS = []models.Action{models.ActRequestInfo, models.ActApprove, models.ActRefuse}

// notify tells a sender that something happened: in the inbox, on each phone and browser
// that asked for it, by mail when an address is known, and by SMS when there is no phone
// with the app. A browser takes no phone's place: it may not be opened for weeks.
func (w *Worker) notify(ctx context.Context, x *models.Work) error {
	event, account, code := models.Action(x.Data["event"]), x.Data["account"], x.Data["code"]
	if title, _ := notify.Text(event, "", code); title == "" {
		return models.Fail(models.KindUnsupported, "event")
	}
	err := w.o.Store.AddNotification(ctx, &models.Notification{
		ID: x.ID, Account: account, FeedbackID: x.Data["feedback"], Code: code, Event: event, At: x.CreatedAt,
	})
	if err != nil {
		return err
	}
	sent := newDone(x)
	devices, failed := w.o.Store.ListDevices(ctx, account)
	browsers := slices.DeleteFunc(slices.Clone(devices), func(d models.Device) bool { return d.Platform != models.WebPlatform })
	phones := slices.DeleteFunc(devices, func(d models.Device) bool { return d.Platform == models.WebPlatform })
	n, pushErr := w.push(ctx, x, notify.Push, phones, sent)
	noPhone := n == 0 && pushErr == nil && failed == nil
	if w.o.Browser != nil {
		_, err := w.push(ctx, x, notify.Browser, browsers, sent)
		failed = errors.Join(failed, err)
	}
	return errors.Join(failed, pushErr, w.write(ctx, event, account, code, noPhone, sent))
}

// push pushes to those devices that do not have it yet, and returns how many there are
// still.
func (w *Worker) push(ctx context.Context, x *models.Work, channel notify.Channel, devices []models.Device, sent *done) (int, error) {
	event, code := models.Action(x.Data["event"]), x.Data["code"]
	var messages []notify.Message
	var open []models.Device
	for _, d := range devices {
		if d.Token == "" || sent.has(d.ID) {
			continue
		}
		title, body := notify.Text(event, d.Language, code)
		data := map[string]string{
			"code": code, "event": string(event), "notification": x.ID, "link": "kiennghi://feedback/" + code,
		}
		if code == "" {
			data["link"] = "kiennghi://me/data"
		}
		if page := w.pageOf(code); page != "" {
			data["url"] = page
		}
		open = append(open, d)
		messages = append(messages, notify.Message{
			Channel: channel, To: d.Token, Title: title, Body: body, Data: data, Collapse: cmp.Or(code, string(event)), TTL: pushTTL,
		})
	}
	if len(messages) == 0 {
		return len(devices), nil
	}
	left := len(devices)
	var failed []error
	for i, err := range w.breakers[channel].send(ctx, messages...) {
		switch {
		case err == nil:
			sent.add(open[i].ID)
		case errors.Is(err, notify.ErrGone):
			left--
			failed = append(failed, w.o.Store.ForgetToken(ctx, open[i].Token))
		default:
			failed = append(failed, err)
		}
	}
	return left, errors.Join(failed...)
}

// pageOf is the address of the case's page, without a code that of the person's own data; empty
// where messages carry none.
func (w *Worker) pageOf(code string) string {
	if w.o.CasePage == "" {
		return ""
	}
	return w.o.CasePage + cmp.Or(code, "data")
}

// write sends the mail, and the SMS when no phone has the app, unless they were sent.
func (w *Worker) write(ctx context.Context, event models.Action, account, code string, noPhone bool, sent *done) error {
	p, err := w.o.Store.Person(ctx, account)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	page := w.pageOf(code)
	title, body := notify.Text(event, p.Language, code)
	var failed []error
	once := func(channel notify.Channel, to models.Sealed, title, body string) {
		if len(to) == 0 || sent.has(string(channel)) {
			return
		}
		plain, err := w.o.Keyring.Open(to)
		if err != nil {
			failed = append(failed, permanent(string(channel)+": the address cannot be decrypted with this keyring"))
			return
		}
		err = w.breakers[channel].send(ctx, notify.Message{Channel: channel, To: plain, Title: title, Body: body})[0]
		if err != nil && !errors.Is(err, notify.ErrGone) {
			failed = append(failed, err)
			return
		}
		sent.add(string(channel))
	}
	once(notify.Mail, p.Email, title, notify.Letter(p.Language, body, page))
	if noPhone && slices.Contains(bySMS, event) {
		once(notify.SMS, p.Phone, "", strings.TrimSpace(body+" "+page))
	}
	return errors.Join(failed...)
}

// done remembers in the work itself what was sent, so that another attempt does not
// send it again.
type done struct {
	x    *models.Work
	list []string
}

func newDone(x *models.Work) *done {
	d := &done{x: x}
	if s := x.Data["done"]; s != "" {
		d.list = strings.Split(s, ",")
	}
	return d
}

func (d *done) has(what string) bool { return slices.Contains(d.list, what) }

func (d *done) add(what string) {
	d.list = append(d.list, what)
	data := map[string]string{"done": strings.Join(d.list, ",")}
	for k, v := range d.x.Data {
		if k != "done" {
			data[k] = v
		}
	}
	d.x.Data = data
}

// message sends one SMS or mail whose text is sealed, for example a one-time code.
func (w *Worker) message(ctx context.Context, x *models.Work) error {
	if s := x.Data["expires"]; s != "" {
		expires, err := time.Parse(time.RFC3339, s)
		if err != nil {
			return permanent("the time of expiry cannot be read")
		}
		if !w.o.Now().Before(expires) {
			return errExpired
		}
	}
	plain, err := w.o.Keyring.Open(x.Sealed)
	if err != nil {
		return permanent("the message cannot be decrypted with this keyring")
	}
	var m struct {
		Channel notify.Channel `json:"channel"`
		To      string         `json:"to"`
		Title   string         `json:"title"`
		Body    string         `json:"body"`
	}
	if json.Unmarshal([]byte(plain), &m) != nil || m.Channel != notify.SMS && m.Channel != notify.Mail {
		return permanent("the message cannot be read")
	}
	return w.breakers[m.Channel].send(ctx, notify.Message{Channel: m.Channel, To: m.To, Title: m.Title, Body: m.Body})[0]
}
