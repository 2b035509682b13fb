package store

import (
	"context"
	"time"

	"kiennghi/models"
)

// The methods of Guard: each is the Store's.

func (g *Guard) CreateFeedback(ctx context.Context, f *models.Feedback, work ...models.Work) error {
	return g.do(ctx, func() error { return g.Store.CreateFeedback(ctx, f, work...) })
}

func (g *Guard) Feedback(ctx context.Context, id string) (*models.Feedback, error) {
	return get(ctx, g, func() (*models.Feedback, error) { return g.Store.Feedback(ctx, id) })
}

func (g *Guard) FeedbackByCode(ctx context.Context, code string) (*models.Feedback, error) {
	return get(ctx, g, func() (*models.Feedback, error) { return g.Store.FeedbackByCode(ctx, code) })
}

func (g *Guard) UpdateFeedback(ctx context.Context, id string, change func(*models.Feedback) ([]models.Work, error)) (*models.Feedback, error) {
	return get(ctx, g, func() (*models.Feedback, error) { return g.Store.UpdateFeedback(ctx, id, change) })
}

func (g *Guard) ListFeedback(ctx context.Context, q FeedbackQuery) (Page[models.Summary], error) {
	return get(ctx, g, func() (Page[models.Summary], error) { return g.Store.ListFeedback(ctx, q) })
}

func (g *Guard) CountByStatus(ctx context.Context, q FeedbackQuery) (map[models.Status]int, error) {
	return get(ctx, g, func() (map[models.Status]int, error) { return g.Store.CountByStatus(ctx, q) })
}

func (g *Guard) Summaries(ctx context.Context, ids []string) ([]models.Summary, error) {
	return get(ctx, g, func() ([]models.Summary, error) { return g.Store.Summaries(ctx, ids) })
}

func (g *Guard) VersionByCode(ctx context.Context, code string) (sender string, version int64, err error) {
	err = g.do(ctx, func() (err error) {
		sender, version, err = g.Store.VersionByCode(ctx, code)
		return err
	})
	return sender, version, err
}

func (g *Guard) PublishedVersions(ctx context.Context, ids []string) (map[string]int64, error) {
	return get(ctx, g, func() (map[string]int64, error) { return g.Store.PublishedVersions(ctx, ids) })
}

func (g *Guard) ClaimWork(ctx context.Context, now time.Time, lease time.Duration, n int) ([]models.Work, error) {
	return get(ctx, g, func() ([]models.Work, error) { return g.Store.ClaimWork(ctx, now, lease, n) })
}

func (g *Guard) FinishWork(ctx context.Context, w models.Work) error {
	return g.do(ctx, func() error { return g.Store.FinishWork(ctx, w) })
}

func (g *Guard) RetryWork(ctx context.Context, w models.Work) error {
	return g.do(ctx, func() error { return g.Store.RetryWork(ctx, w) })
}

func (g *Guard) ParkWork(ctx context.Context, w models.Work) error {
	return g.do(ctx, func() error { return g.Store.ParkWork(ctx, w) })
}

func (g *Guard) ParkedWork(ctx context.Context, limit int, next string) (Page[models.Work], error) {
	return get(ctx, g, func() (Page[models.Work], error) { return g.Store.ParkedWork(ctx, limit, next) })
}

func (g *Guard) ReleaseWork(ctx context.Context, id string, now time.Time) error {
	return g.do(ctx, func() error { return g.Store.ReleaseWork(ctx, id, now) })
}

func (g *Guard) CountWork(ctx context.Context) (models.WorkCount, error) {
	return get(ctx, g, func() (models.WorkCount, error) { return g.Store.CountWork(ctx) })
}

func (g *Guard) CreatePerson(ctx context.Context, p *models.Person) error {
	return g.do(ctx, func() error { return g.Store.CreatePerson(ctx, p) })
}

func (g *Guard) Person(ctx context.Context, id string) (*models.Person, error) {
	return get(ctx, g, func() (*models.Person, error) { return g.Store.Person(ctx, id) })
}

func (g *Guard) PersonByPhone(ctx context.Context, index string) (*models.Person, error) {
	return get(ctx, g, func() (*models.Person, error) { return g.Store.PersonByPhone(ctx, index) })
}

func (g *Guard) UpdatePerson(ctx context.Context, id string, change func(*models.Person) error) (*models.Person, error) {
	return get(ctx, g, func() (*models.Person, error) { return g.Store.UpdatePerson(ctx, id, change) })
}

func (g *Guard) PeopleToLookAt(ctx context.Context, now time.Time, limit int, next string) (Page[string], error) {
	return get(ctx, g, func() (Page[string], error) { return g.Store.PeopleToLookAt(ctx, now, limit, next) })
}

func (g *Guard) PutChallenge(ctx context.Context, c *models.Challenge, work ...models.Work) error {
	return g.do(ctx, func() error { return g.Store.PutChallenge(ctx, c, work...) })
}

func (g *Guard) UpdateChallenge(ctx context.Context, id string, change func(*models.Challenge) error) error {
	return g.do(ctx, func() error { return g.Store.UpdateChallenge(ctx, id, change) })
}

func (g *Guard) CreateStaff(ctx context.Context, s *models.Staff) error {
	return g.do(ctx, func() error { return g.Store.CreateStaff(ctx, s) })
}

func (g *Guard) Staff(ctx context.Context, id string) (*models.Staff, error) {
	return get(ctx, g, func() (*models.Staff, error) { return g.Store.Staff(ctx, id) })
}

func (g *Guard) StaffByUsername(ctx context.Context, username string) (*models.Staff, error) {
	return get(ctx, g, func() (*models.Staff, error) { return g.Store.StaffByUsername(ctx, username) })
}

func (g *Guard) UpdateStaff(ctx context.Context, id string, change func(*models.Staff) error) (*models.Staff, error) {
	return get(ctx, g, func() (*models.Staff, error) { return g.Store.UpdateStaff(ctx, id, change) })
}

func (g *Guard) CreateSession(ctx context.Context, s *models.Session) error {
	return g.do(ctx, func() error { return g.Store.CreateSession(ctx, s) })
}

func (g *Guard) Session(ctx context.Context, id string) (*models.Session, error) {
	return get(ctx, g, func() (*models.Session, error) { return g.Store.Session(ctx, id) })
}

func (g *Guard) UpdateSession(ctx context.Context, id string, change func(*models.Session) error) (*models.Session, error) {
	return get(ctx, g, func() (*models.Session, error) { return g.Store.UpdateSession(ctx, id, change) })
}

func (g *Guard) ListSessions(ctx context.Context, account string) ([]models.Session, error) {
	return get(ctx, g, func() ([]models.Session, error) { return g.Store.ListSessions(ctx, account) })
}

func (g *Guard) DeleteSession(ctx context.Context, account, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteSession(ctx, account, id) })
}

func (g *Guard) DeleteSessions(ctx context.Context, account string) error {
	return g.do(ctx, func() error { return g.Store.DeleteSessions(ctx, account) })
}

func (g *Guard) PutDevice(ctx context.Context, d *models.Device) error {
	return g.do(ctx, func() error { return g.Store.PutDevice(ctx, d) })
}

func (g *Guard) DeleteDevice(ctx context.Context, account, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteDevice(ctx, account, id) })
}

func (g *Guard) ListDevices(ctx context.Context, account string) ([]models.Device, error) {
	return get(ctx, g, func() ([]models.Device, error) { return g.Store.ListDevices(ctx, account) })
}

func (g *Guard) ForgetToken(ctx context.Context, token string) error {
	return g.do(ctx, func() error { return g.Store.ForgetToken(ctx, token) })
}

func (g *Guard) AddNotification(ctx context.Context, n *models.Notification) error {
	return g.do(ctx, func() error { return g.Store.AddNotification(ctx, n) })
}

func (g *Guard) ListNotifications(ctx context.Context, account string, limit int, next string) (Page[models.Notification], error) {
	return get(ctx, g, func() (Page[models.Notification], error) { return g.Store.ListNotifications(ctx, account, limit, next) })
}

func (g *Guard) ReadNotification(ctx context.Context, account, id string, at time.Time) error {
	return g.do(ctx, func() error { return g.Store.ReadNotification(ctx, account, id, at) })
}

func (g *Guard) PutAgencies(ctx context.Context, agencies []models.Agency) error {
	return g.do(ctx, func() error { return g.Store.PutAgencies(ctx, agencies) })
}

func (g *Guard) Agencies(ctx context.Context) ([]models.Agency, error) {
	return get(ctx, g, func() ([]models.Agency, error) { return g.Store.Agencies(ctx) })
}

func (g *Guard) CreateUpload(ctx context.Context, u *models.Upload) error {
	return g.do(ctx, func() error { return g.Store.CreateUpload(ctx, u) })
}

func (g *Guard) Upload(ctx context.Context, id string) (*models.Upload, error) {
	return get(ctx, g, func() (*models.Upload, error) { return g.Store.Upload(ctx, id) })
}

func (g *Guard) UpdateUpload(ctx context.Context, id string, change func(*models.Upload) error) (*models.Upload, error) {
	return get(ctx, g, func() (*models.Upload, error) { return g.Store.UpdateUpload(ctx, id, change) })
}

func (g *Guard) UnusedUploads(ctx context.Context, before time.Time, limit int) ([]models.Upload, error) {
	return get(ctx, g, func() ([]models.Upload, error) { return g.Store.UnusedUploads(ctx, before, limit) })
}

func (g *Guard) DeleteUpload(ctx context.Context, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteUpload(ctx, id) })
}

func (g *Guard) AppendAudit(ctx context.Context, link func(head models.AuditHead) models.AuditEntry) error {
	return g.do(ctx, func() error { return g.Store.AppendAudit(ctx, link) })
}

func (g *Guard) AuditHead(ctx context.Context) (models.AuditHead, error) {
	return get(ctx, g, func() (models.AuditHead, error) { return g.Store.AuditHead(ctx) })
}

func (g *Guard) PutSigningKey(ctx context.Context, k *models.SigningKey) error {
	return g.do(ctx, func() error { return g.Store.PutSigningKey(ctx, k) })
}

func (g *Guard) SigningKeys(ctx context.Context) ([]models.SigningKey, error) {
	return get(ctx, g, func() ([]models.SigningKey, error) { return g.Store.SigningKeys(ctx) })
}

func (g *Guard) Setting(ctx context.Context, name string) (string, error) {
	return get(ctx, g, func() (string, error) { return g.Store.Setting(ctx, name) })
}

func (g *Guard) PutSetting(ctx context.Context, name, value string) error {
	return g.do(ctx, func() error { return g.Store.PutSetting(ctx, name, value) })
}

func (g *Guard) InitSetting(ctx context.Context, name, value string) (string, error) {
	return get(ctx, g, func() (string, error) { return g.Store.InitSetting(ctx, name, value) })
}

func (g *Guard) SwapSetting(ctx context.Context, name, from, value string) (bool, error) {
	return get(ctx, g, func() (bool, error) { return g.Store.SwapSetting(ctx, name, from, value) })
}

func (g *Guard) SortBy(ctx context.Context, ids []string) (map[string]time.Time, error) {
	return get(ctx, g, func() (map[string]time.Time, error) { return g.Store.SortBy(ctx, ids) })
}

func (g *Guard) CountDue(ctx context.Context, agencies []string, before time.Time) (map[string]int, error) {
	return get(ctx, g, func() (map[string]int, error) { return g.Store.CountDue(ctx, agencies, before) })
}

func (g *Guard) Teaching(ctx context.Context, since time.Time, limit int, next string) (Page[string], error) {
	return get(ctx, g, func() (Page[string], error) { return g.Store.Teaching(ctx, since, limit, next) })
}

func (g *Guard) ToLookAt(ctx context.Context, now time.Time, limit int, next string) (Page[string], error) {
	return get(ctx, g, func() (Page[string], error) { return g.Store.ToLookAt(ctx, now, limit, next) })
}

func (g *Guard) ListStaff(ctx context.Context, agency string, limit int, next string) (Page[models.Staff], error) {
	return get(ctx, g, func() (Page[models.Staff], error) { return g.Store.ListStaff(ctx, agency, limit, next) })
}

func (g *Guard) ListAudit(ctx context.Context, q AuditQuery) (Page[models.AuditEntry], error) {
	return get(ctx, g, func() (Page[models.AuditEntry], error) { return g.Store.ListAudit(ctx, q) })
}

func (g *Guard) CreateTemplate(ctx context.Context, t *models.ReplyTemplate) error {
	return g.do(ctx, func() error { return g.Store.CreateTemplate(ctx, t) })
}

func (g *Guard) Template(ctx context.Context, id string) (*models.ReplyTemplate, error) {
	return get(ctx, g, func() (*models.ReplyTemplate, error) { return g.Store.Template(ctx, id) })
}

func (g *Guard) UpdateTemplate(ctx context.Context, id string, change func(*models.ReplyTemplate) error) (*models.ReplyTemplate, error) {
	return get(ctx, g, func() (*models.ReplyTemplate, error) { return g.Store.UpdateTemplate(ctx, id, change) })
}

func (g *Guard) DeleteTemplate(ctx context.Context, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteTemplate(ctx, id) })
}

func (g *Guard) ListTemplates(ctx context.Context, owner string) ([]models.ReplyTemplate, error) {
	return get(ctx, g, func() ([]models.ReplyTemplate, error) { return g.Store.ListTemplates(ctx, owner) })
}

func (g *Guard) AddAmendment(ctx context.Context, a *models.Amendment) error {
	return g.do(ctx, func() error { return g.Store.AddAmendment(ctx, a) })
}

func (g *Guard) DeleteAmendment(ctx context.Context, id string) error {
	return g.do(ctx, func() error { return g.Store.DeleteAmendment(ctx, id) })
}

func (g *Guard) Amendments(ctx context.Context) ([]models.Amendment, error) {
	return get(ctx, g, func() ([]models.Amendment, error) { return g.Store.Amendments(ctx) })
}
