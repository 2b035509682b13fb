package main

import (
	"fmt"
	"time"

	"kiennghi/knowledge"
	"kiennghi/models"
)

// clock gives the times of one letter's life: never backwards, never in the future.
type clock struct{ at, now time.Time }

func (c *clock) after(d time.Duration) time.Time {
	if t := c.at.Add(d); t.Before(c.now) {
		c.at = t
	} else {
		c.at = c.at.Add(c.now.Sub(c.at) / 2).Truncate(time.Millisecond)
	}
	return c.at
}

// life makes the record of a letter as it is after all that happened to it. The work
// is only that of routing what no agency has yet: a demo sends no messages.
func (d *demo) life(i int, l knowledge.DemoFeedback, sender *models.Person) (*models.Feedback, []models.Work, error) {
	sent := d.now.AddDate(0, 0, -l.DaysAgo).Add(-time.Duration(i%9+1) * time.Hour).Add(-time.Duration(i*7%60) * time.Minute)
	c := &clock{at: sent, now: d.now}
	f, first, err := models.NewFeedback(models.Submission{
		ID: models.DeriveID("demo", "letter", fmt.Sprint(i)), Sender: sender, SenderName: l.Sender, Title: l.Title, Body: l.Body,
		Province: l.Province, Commune: l.Commune, Field: l.Field, PublishName: l.PublishName, Private: l.Private, Source: l.Source,
		By: models.Actor{ID: sender.ID},
	}, d.ref, sent)
	if err != nil {
		return nil, nil, err
	}
	desk := d.actor(models.Coordinator, models.RootAgency)
	if l.Kind != "" && f.Kind != l.Kind {
		if _, err := f.Classify(desk, models.Classification{Kind: l.Kind}, d.ref, c.after(20*time.Minute)); err != nil {
			return nil, nil, err
		}
		f.RunClock(d.ref.Rules, d.ref.Tree, c.at)
	}
	var work []models.Work
	for _, w := range first {
		if w.Kind == models.WorkRoute && l.Agency == "" && l.Status == models.Received && f.Kind.Routed() {
			work = append(work, w)
		}
	}
	if l.Agency != "" && l.Agency != f.Agency {
		path := d.ref.Tree.Path(l.Agency)
		if _, err := f.Assign(desk, path, "", c.after(time.Duration(i%5+1)*time.Hour)); err != nil {
			return nil, nil, err
		}
		f.RunClock(d.ref.Rules, d.ref.Tree, c.at)
	}
	err = d.become(f, l, sender, c)
	f.RunClock(d.ref.Rules, d.ref.Tree, c.at)
	return f, work, err
}

// become brings the case to the status that the letter tells.
func (d *demo) become(f *models.Feedback, l knowledge.DemoFeedback, sender *models.Person, c *clock) error {
	officer, boss := d.actor(models.Handler, l.Agency), d.actor(models.Approver, l.Agency)
	if l.Agency == "" {
		officer = d.actor(models.Coordinator, models.RootAgency)
	}
	switch l.Status {
	case models.NeedsInfo:
		_, err := f.RequestInfo(officer, models.DeriveID(f.ID, "question"), l.Question, nil, c.after(20*time.Hour))
		return err
	case models.InProgress:
		_, err := f.Take(officer, c.after(6*time.Hour))
		return err
	case models.Refused:
		ground, ok := d.ref.Ground(l.Ground)
		if !ok {
			return fmt.Errorf("no refusal ground %q", l.Ground)
		}
		direction := l.Direction
		if direction == "" {
			direction = ground.Direction
		}
		_, err := f.Refuse(d.actor(models.Coordinator, models.RootAgency), ground, direction, c.after(26*time.Hour))
		return err
	case models.Withdrawn:
		_, err := f.Withdraw(models.Actor{ID: sender.ID}, l.Comment, c.after(30*time.Hour))
		return err
	case models.Answered, models.Closed:
		return d.answer(f, l, sender, officer, boss, c)
	}
	return nil
}

func (d *demo) answer(f *models.Feedback, l knowledge.DemoFeedback, sender *models.Person, officer, boss models.Actor, c *clock) error {
	if l.Reply == nil {
		return fmt.Errorf("no reply")
	}
	took := c.after(5 * time.Hour)
	if _, err := f.Take(officer, took); err != nil {
		return err
	}
	f.RunClock(d.ref.Rules, d.ref.Tree, took)
	work := max(time.Duration(l.Reply.AnsweredAfterDays)*24*time.Hour-12*time.Hour, 2*time.Hour)
	id := models.DeriveID(f.ID, "reply")
	drafted := c.after(work)
	text := models.ReplyText{Body: l.Reply.Body, OfficialNumber: l.Reply.Number, OfficialDate: drafted.In(models.VietNam).Format(time.DateOnly)}
	if _, err := f.DraftReply(officer, id, text, drafted); err != nil {
		return err
	}
	if _, err := f.SubmitReply(officer, id, c.after(30*time.Minute)); err != nil {
		return err
	}
	sent := c.after(4 * time.Hour)
	if _, err := f.ApproveReply(boss, id, sent); err != nil {
		return err
	}
	if err := f.SealReply(id, d.seals.Sealer, sent); err != nil {
		return err
	}
	if l.Published && !l.Private {
		public := c.after(time.Hour)
		if _, err := f.Publish(boss, id, "", public); err != nil {
			return err
		}
		if err := f.SealPublication(d.seals.Sealer, public); err != nil {
			return err
		}
	}
	if l.Rating > 0 {
		_, err := f.Rate(models.Actor{ID: sender.ID}, l.Rating, l.Comment, c.after(22*time.Hour))
		return err
	}
	return nil
}

func (d *demo) actor(role models.Role, agency string) models.Actor {
	return models.Actor{ID: demoStaffID(role, agency), Staff: true, Agency: agency}
}
