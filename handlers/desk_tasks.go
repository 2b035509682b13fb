package handlers

import (
	"context"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

// DeskAddTask asks another agency to contribute to a case.
func (s *server) DeskAddTask(ctx context.Context, in api.DeskAddTaskRequestObject) (api.DeskAddTaskResponseObject, error) {
	id := madeID(of(ctx).Account, in.ID+" task", in.Params.IdempotencyKey)
	has := func(f *models.Feedback) bool { _, err := f.Task(id); return err == nil }
	v, err := s.deskCreate(ctx, in.ID, in.Params.IfMatch, models.ActCoordinate, has, s.coordinating(id, in.Body.Agency, in.Body.Ask, moment(in.Body.DueAt)))
	return api.DeskAddTask200JSONResponse{DeskViewJSONResponse: v}, err
}

// moment is the time that was given; zero when none was.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return models.Moment(*t)
}

func (s *server) coordinating(id, agency, ask string, dueAt time.Time) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		if _, err := s.pathTo(agency); err != nil {
			return nil, err
		}
		return f.AddTask(by, id, agency, ask, dueAt, now)
	}
}

// DeskContribute is what an asked agency has to say.
func (s *server) DeskContribute(ctx context.Context, in api.DeskContributeRequestObject) (api.DeskContributeResponseObject, error) {
	f, err := s.Store.Feedback(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := of(ctx).Staff.MayOn(models.ActContribute, f); err != nil {
		return nil, err
	}
	files, err := s.attach(ctx, of(ctx).Account, in.Body.Uploads, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActContribute, s.contributing(in.Tid, value(in.Body.Body), files))
	return api.DeskContribute200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) contributing(task, body string, files []models.Attachment) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.Contribute(by, task, body, files, now)
	}
}

// DeskReturnTask says that a matter is not the asked agency's.
func (s *server) DeskReturnTask(ctx context.Context, in api.DeskReturnTaskRequestObject) (api.DeskReturnTaskResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActReturnTask, s.returningTask(in.Tid, in.Body.Reason))
	return api.DeskReturnTask200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) returningTask(task, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.ReturnTask(by, task, reason, now)
	}
}

// DeskCancelTask takes back what the lead asked for.
func (s *server) DeskCancelTask(ctx context.Context, in api.DeskCancelTaskRequestObject) (api.DeskCancelTaskResponseObject, error) {
	v, err := s.deskChange(ctx, in.ID, in.Params.IfMatch, models.ActCancelTask, s.cancellingTask(in.Tid, in.Body.Reason))
	return api.DeskCancelTask200JSONResponse{DeskViewJSONResponse: v}, err
}

func (s *server) cancellingTask(task, reason string) deskDo {
	now := s.Now()
	return func(f *models.Feedback, by models.Actor) ([]models.Work, error) {
		return f.CancelTask(by, task, reason, now)
	}
}

// tasksView is what other agencies are asked to contribute; named names a member of staff.
func (s *server) tasksView(f *models.Feedback, now time.Time, named func(string) api.PersonRef) []api.Task {
	out := []api.Task{}
	for _, t := range f.Tasks {
		out = append(out, api.Task{ID: t.ID, Agency: *s.agencyRef(t.Agency), Ask: t.Ask, DueAt: t.DueAt, Status: api.TaskStatus(t.Status), Late: t.Late(now),
			Body: optional(t.Body), Reason: optional(t.Reason), Uploads: uploadsView(t.Uploads), CreatedAt: t.CreatedAt, EndedAt: t.EndedAt,
			Earlier: earlierView(&t, named)})
	}
	return out
}
