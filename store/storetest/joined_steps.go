package storetest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// expected reports whether somebody else was faster.
func expected(err error) bool {
	k := models.ErrorKindOf(err)
	return k == models.KindWrongState || k == models.KindInvalid || k == models.KindForbidden || k == models.KindNotFound
}

// anyStep is one thing that an officer does to a case.
func anyStep(s store.Feedbacks, r *rand.Rand, by models.Actor, a, b string, now time.Time) error {
	reply := func(f *models.Feedback) string {
		if len(f.Replies) == 0 {
			return ""
		}
		return f.Replies[r.IntN(len(f.Replies))].ID
	}
	agencies := []string{"so-xd-79", "xa-26740"}
	do := map[int]func(f *models.Feedback) ([]models.Work, error){
		0: func(f *models.Feedback) ([]models.Work, error) { return f.Take(by, now) },
		1: func(f *models.Feedback) ([]models.Work, error) {
			return f.Forward(by, parting.Tree.Path(agencies[r.IntN(2)]), "đúng nơi hơn", now)
		},
		2: func(f *models.Feedback) ([]models.Work, error) {
			return f.Assign(by, parting.Tree.Path(agencies[r.IntN(2)]), "", now)
		},
		3: func(f *models.Feedback) ([]models.Work, error) {
			return f.DraftReply(by, models.NewID(), models.ReplyText{Body: "Đã sửa", Reason: "sai số liệu"}, now)
		},
		4: func(f *models.Feedback) ([]models.Work, error) { return f.SubmitReply(by, reply(f), now) },
		5: func(f *models.Feedback) ([]models.Work, error) { return f.ApproveReply(by, reply(f), now) },
		6: func(f *models.Feedback) ([]models.Work, error) { return f.Publish(by, reply(f), "đính chính", now) },
		7: func(f *models.Feedback) ([]models.Work, error) {
			return f.AddMessage(models.Actor{ID: f.SenderID}, models.NewID(), "thêm", nil, now)
		},
	}
	switch n := r.IntN(16); n {
	case 8, 9, 10:
		return merge(s, by, a, b, now)
	case 11:
		return unmerge(s, by, a, now)
	case 12:
		if a == b {
			return nil
		}
		return link(s, a, b, now)
	case 13:
		return unlink(s, a, b, now)
	case 14:
		return split(s, by, a, fmt.Sprint(now.Unix()), now)
	case 15:
		return unsplit(s, by, a, now)
	default:
		_, err := s.UpdateFeedback(ctx, a, do[n])
		return err
	}
}
