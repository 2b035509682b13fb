package worker

import (
	"testing"

	"kiennghi/models"
	"kiennghi/store"
)

// TestAnUrgedAgencyLearnsOfTheLetter: whoever answers for it, and for the agency between it
// and the one that wrote, each once; nobody else.
func TestAnUrgedAgencyLearnsOfTheLetter(t *testing.T) {
	e, _ := climbing(t)
	for id, role := range map[string]models.Role{"head": models.Supervisor, "hands": models.Coordinator, "works": models.Handler} {
		for _, agency := range []string{"so-xd-79", "ubnd-79", "vpcp", "so-yt-79"} {
			name := "letter-" + id + "-" + agency
			e.must(e.st.CreateStaff(t.Context(), &models.Staff{ID: name, Username: name, Agency: agency, Roles: []models.Role{role}}))
		}
	}
	letters := []models.LetterRef{{From: "ubnd-79", To: "so-xd-79", Number: 1}, {From: "vpcp", To: "so-xd-79", Number: 1}}
	for _, ref := range letters {
		for range 2 {
			e.must(store.PutWork(t.Context(), e.st, ref.Tell(e.o.Now())))
			e.steps()
		}
	}
	for name, want := range map[string]int{"head-so-xd-79": 2, "hands-so-xd-79": 2, "works-so-xd-79": 0, "head-ubnd-79": 1, "hands-ubnd-79": 1, "works-ubnd-79": 0,
		"head-vpcp": 0, "head-so-yt-79": 0} {
		page, err := e.st.ListNotifications(t.Context(), "letter-"+name, 100, "")
		e.must(err)
		if len(page.Items) != want {
			t.Errorf("%s was told %d times, want %d", name, len(page.Items), want)
		}
		for _, n := range page.Items {
			if ref, ok := models.ParseLetterRef(n.Letter); !ok || ref.To != "so-xd-79" || n.Event != models.ActLetter || n.Code != "" {
				t.Errorf("%s was told %+v", name, n)
			}
		}
	}
}
