package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// screens is every page, as who sees it. {answer}, {agency}, {mine} and {case} stand for
// the first one that is linked from /answers, /agencies, /my and /console.
var screens = []struct{ name, as, path string }{
	{"home", "anyone", "/"},
	{"not-found", "anyone", "/nothing-here"},
	{"answers", "anyone", "/answers"},
	{"answers-search", "anyone", "/answers?q=duong+hong&province=79"},
	{"answers-none", "anyone", "/answers?q=khongcogi&province=46&year=2025"},
	{"answer", "anyone", "/answers/{answer}"},
	{"agencies", "anyone", "/agencies"},
	{"agencies-search", "anyone", "/agencies?q=xay+dung"},
	{"agency", "anyone", "/agencies/so-xd-79"},
	{"agency-province", "anyone", "/agencies/ubnd-79"},
	{"figures", "anyone", "/figures"},
	{"figures-agency", "anyone", "/figures?by=agency"},
	{"help", "anyone", "/help"},
	{"privacy", "anyone", "/privacy"},
	{"accessibility", "anyone", "/accessibility"},
	{"submit-what", "anyone", "/submit/what"},
	{"submit-where", "anyone", "/submit/where{letter}"},
	{"submit-where-choice", "anyone", "/submit/where?again=1{place}"},
	{"submit-files", "anyone", "/submit/files"},
	{"submit-who", "anyone", "/submit/who"},
	{"track", "anyone", "/track"},
	{"track-stranger", "anyone", "/track?code=KN-2222-2222"},
	{"offline", "anyone", "/offline"},
	{"signin", "anyone", "/signin"},
	{"console-signin", "anyone", "/console/signin"},

	{"my", "citizen", "/my"},
	{"my-case", "citizen", "/my/{mine}"},
	{"my-withdraw", "citizen", "/my/{mine}/withdraw"},
	{"my-notifications", "citizen", "/my/notifications"},
	{"my-settings", "citizen", "/my/settings"},
	{"my-data", "citizen", "/my/data"},
	{"my-sessions", "citizen", "/my/sessions"},
	{"submit-similar", "citizen", "/submit/similar{denunciation}"},
	{"submit-who-named", "citizen", "/submit/who{letter}"},
	{"submit-check", "citizen", "/submit/check"},
	{"submit-sent", "citizen", "{sent}"},

	{"console-sessions", "handler.so-xd-79", "/console/sessions"},
	{"console-password", "handler.so-xd-79", "/console/password"},
	{"console-templates", "approver.so-xd-79", "/console/templates"},
	{"console-template", "approver.so-xd-79", "/console/templates/new"},
	{"console-new", "intake.ubnd-79", "/console/new"},
	{"console-overdue", "coordinator.vpcp", "/console/overdue"},
	{"console-overdue-agency", "supervisor.ubnd-79", "/console/overdue"},
	{"console-letters", "coordinator.ubnd-79", "/console/letters"},
	{"console-between", "coordinator.vpcp", "/console/between"},
	{"console-overdue-told", "supervisor.ubnd-79", "/console/overdue?told=1"},
	{"console-routing", "supervisor.vpcp", "/console/routing"},
	{"console-work", "admin.vpcp", "/console/work"},
	{"console-audit", "admin.vpcp", "/console/audit"},
	{"console-audit-none", "supervisor.so-xd-79", "/console/audit?action=rotate_keys"},
	{"console-admin", "admin.vpcp", "/console/admin"},
	{"console-admin-staff", "admin.vpcp", "/console/admin/staff?agency=so-xd-79"},
	{"console-admin-staff-new", "admin.vpcp", "/console/admin/staff/new"},
	{"console-admin-agency", "admin.vpcp", "/console/admin/agencies/ubnd-79"},
	{"console-admin-agencies", "admin.vpcp", "/console/admin/agencies?q=so+xay+dung"},
	{"console-admin-agency-new", "admin.vpcp", "/console/admin/agencies/new?parent=ubnd-79"},
	{"console-admin-rules", "admin.vpcp", "/console/admin/rules"},
	{"console-privacy", "admin.vpcp", "/console/privacy"},
	{"console-admin-fields", "admin.vpcp", "/console/admin/fields"},
	{"console-admin-field", "admin.vpcp", "/console/admin/fields/van-tai"},
	{"console-admin-field-new", "admin.vpcp", "/console/admin/new-field"},
	{"console-admin-features", "admin.vpcp", "/console/admin/features"},
	{"console-inbox", "coordinator.vpcp", "/console?view=late"},
	{"console-case", "coordinator.vpcp", "/console/cases/{case}"},
}

// TestScreens looks at every page on a phone and at a desk: axe-core finds no barrier, nobody
// has to scroll sideways. With KIENNGHI_SCREENS each is also written to that folder, light
// and dark; `make screenshots` does that.
func TestScreens(t *testing.T) {
	t.Parallel()
	s := Demo(t)
	dir := os.Getenv("KIENNGHI_SCREENS")
	views := map[string][]Option{"phone-light": {Phone}, "desktop-dark": {Desktop, Dark}}
	if dir != "" {
		views["phone-dark"], views["desktop-light"] = []Option{Phone, Dark}, []Option{Desktop}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	browsers := map[string]*Browser{}
	for _, screen := range screens {
		b := browsers[screen.as]
		if b == nil {
			b = s.Browser(t)
			browsers[screen.as] = b
			switch screen.as {
			case "anyone":
			case "citizen":
				b.SignIn(DemoPhone)
			default:
				b.SignInStaff(screen.as, DemoPassword)
			}
		}
		b.Open(b.filledIn(screen.path))
		for view, options := range views { // of the same page: only style depends on the size
			b.Change(append([]Option{func(s *setup) { s.dark = false }}, options...)...)
			b.Axe()
			b.Fits()
			if dir != "" {
				if err := os.WriteFile(filepath.Join(dir, screen.name+"-"+view+".png"), b.Screenshot(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.Change(Tiny)
		b.Fits()
	}
}

// filledIn puts the first thing of its kind into a path.
func (b *Browser) filledIn(path string) string {
	b.t.Helper()
	path = b.withLetter(path)
	for hole, at := range map[string]string{"{answer}": "/answers", "{agency}": "/agencies", "{mine}": "/my", "{case}": "/console"} {
		if !strings.Contains(path, hole) {
			continue
		}
		b.Open(at)
		link := fmt.Sprintf(`main a[href^="%s"]`, map[string]string{"/answers": "/answers/", "/agencies": "/agencies/", "/my": "/my/KN-", "/console": "/console/cases/"}[at])
		path = strings.ReplaceAll(path, hole, filepath.Base(b.Attr(link, "href")))
	}
	return path
}
