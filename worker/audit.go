package worker

import (
	"context"
	"time"

	"kiennghi/models"
)

// audit appends to the chain. The entry has the work's ID: appending it again does nothing.
func (w *Worker) audit(ctx context.Context, x *models.Work) error {
	at, err := time.Parse(time.RFC3339, x.Data["at"])
	if err != nil {
		return permanent("the time of the action cannot be read")
	}
	e := models.AuditEntry{
		ID: x.ID, At: models.Moment(at), Actor: x.Data["actor"], Action: models.Action(x.Data["action"]),
		Object: x.Data["object"], Agency: x.Data["agency"], Detail: x.Data["detail"],
	}
	return w.o.Store.AppendAudit(ctx, func(head models.AuditHead) models.AuditEntry {
		return e.Chain(head, w.o.Keyring.AuditKey())
	})
}
