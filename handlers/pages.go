package handlers

import (
	"context"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"kiennghi/models"
	"kiennghi/web"
)

// page is one line of the table of pages. Operation is the operation of the contract
// whose line in access says who may see or do it, so that there is one table of rights.
type page struct {
	method, path, operation string
	do                      func(*server, *fiber.Ctx) error
}

// pages is every page and form. Those beneath /console are for staff, who have a cookie
// of their own.
func pages() []page {
	return []page{
		{"GET", "/", "listAnswers", (*server).homePage},
		{"GET", "/answers", "listAnswers", (*server).answersPage},
		{"GET", "/answers.csv", "listAnswers", (*server).answersCSV},
		{"GET", "/answers/:code", "getAnswer", (*server).answerPage},
		{"GET", "/agencies", "listAgencies", (*server).agenciesPage},
		{"GET", "/agencies/:code", "getAgency", (*server).agencyPage},
		{"GET", "/figures", "getFigures", (*server).figuresPage},
		{"GET", "/robots.txt", "listAnswers", (*server).robotsTxt},
		{"GET", "/sitemap.xml", "listAnswers", (*server).sitemapIndex},
		{"GET", "/sitemap-:part.xml", "listAnswers", (*server).sitemap},

		{"GET", "/help", "listAgencies", (*server).helpPage},
		{"GET", "/privacy", "listAgencies", (*server).privacyPage},
		{"GET", "/accessibility", "listAgencies", (*server).accessibilityPage},

		{"GET", "/submit", "triage", (*server).whatPage},
		{"GET", "/submit/what", "triage", (*server).whatPage},
		{"POST", "/submit/what", "triage", (*server).saveWhatPage},
		{"GET", "/submit/similar", "triage", (*server).similarPage},
		{"GET", "/submit/where", "listCommunes", (*server).wherePage},
		{"POST", "/submit/where", "listCommunes", (*server).saveWherePage},
		{"GET", "/submit/places", "listCommunes", (*server).placesPage},
		{"GET", "/submit/files", "triage", (*server).filesPage},
		{"POST", "/submit/files", "listCommunes", (*server).addFilesPage},
		{"GET", "/submit/files/:id", "listCommunes", (*server).pictureOfDraft},
		{"POST", "/submit/files/:id/remove", "listCommunes", (*server).removeFilePage},
		{"GET", "/submit/who", "triage", (*server).whoPage},
		{"POST", "/submit/who", "patchMe", (*server).saveWhoPage},
		{"GET", "/submit/check", "triage", (*server).checkPage},
		{"POST", "/submit/send", "createFeedback", (*server).sendPage},
		{"GET", "/submit/sent", "getMyFeedback", (*server).sentPage},
		{"POST", "/submit/discard", "listCommunes", (*server).discardPage},
		{"GET", "/submit/token", "listCommunes", (*server).tokenPage},
		{"POST", "/submit/queue", "createFeedback", (*server).takeQueuedPage},
		{"POST", "/submit/queue/files", "createUpload", (*server).takeFilePage},
		{"GET", "/track", "getAnswer", (*server).trackPage},
		{"GET", "/offline", "listCommunes", (*server).offlinePage},
		{"GET", "/sw.js", "listCommunes", (*server).workerPage},
		{"GET", "/manifest.webmanifest", "listCommunes", (*server).manifestPage},

		{"GET", "/signin", "sendOtp", (*server).signInPage},
		{"POST", "/signin", "sendOtp", (*server).sendCodePage},
		{"GET", "/signin/code", "verifyOtp", (*server).askCodePage},
		{"POST", "/signin/code", "verifyOtp", (*server).useCodePage},
		{"POST", "/signout", "signOut", (*server).signOutPage},
		{"GET", "/my/sessions", "listSessions", (*server).sessionsPage},
		{"POST", "/my/sessions/:id", "deleteSession", (*server).endSessionPage},
		{"GET", "/my", "listMyFeedback", (*server).myPage},
		{"GET", "/my/events", "streamEvents", (*server).myEventsPage},
		{"GET", "/my/notifications", "listNotifications", (*server).noticesPage},
		{"POST", "/my/notifications", "readNotification", (*server).readNoticesPage},
		{"GET", "/my/settings", "getMe", (*server).settingsPage},
		{"POST", "/my/settings", "patchMe", (*server).saveSettingsPage},
		{"POST", "/my/settings/push", "putDevice", (*server).startPushPage},
		{"POST", "/my/settings/push/stop", "deleteDevice", (*server).stopPushPage},
		{"GET", "/my/data", "listMyDataRequests", (*server).myDataPage},
		{"POST", "/my/data", "createDataRequest", (*server).askDataPage},
		{"GET", "/my/data.json", "exportMyData", (*server).myDataFile},
		{"POST", "/my/data/notice", "agreeToNotice", (*server).agreePage},
		{"GET", "/my/files/:id", "getUpload", (*server).myFilePage},
		{"GET", "/my/files/:id/small", "getUploadThumbnail", (*server).myPicturePage},
		{"GET", "/my/:code", "getMyFeedback", (*server).myCasePage},
		{"POST", "/my/:code/message", "addMessage", (*server).writeMyMessagePage},
		{"POST", "/my/:code/rate", "rateFeedback", (*server).rateMyCasePage},
		{"GET", "/my/:code/reopen", "reopenFeedback", (*server).reopenPage},
		{"POST", "/my/:code/reopen", "reopenFeedback", (*server).reopenMyCasePage},
		{"GET", "/my/:code/withdraw", "withdrawFeedback", (*server).withdrawPage},
		{"POST", "/my/:code/withdraw", "withdrawFeedback", (*server).withdrawMyCasePage},

		{"GET", "/console", "deskListFeedback", (*server).inboxPage},
		{"GET", "/console/counts", "deskListFeedback", (*server).inboxCounts},
		{"GET", "/console/agencies", "deskListFeedback", (*server).agencyProposals},
		{"POST", "/console/density", "deskListFeedback", (*server).densityPage},
		{"POST", "/console/assign", "deskAssign", (*server).assignManyPage},
		{"POST", "/console/take", "deskTake", (*server).takeManyPage},
		{"GET", "/console/cases/:code", "deskGetFeedback", (*server).casePage},
		{"GET", "/console/cases/:code/state", "deskGetFeedback", (*server).caseState},
		{"GET", "/console/cases/:code/files/:upload", "deskGetFeedback", (*server).caseFilePage},
		{"POST", "/console/uploads", "createUpload", (*server).takeFilePage},
		{"GET", "/console/uploads/:upload", "deskGetFeedback", (*server).consoleUpload},
		{"GET", "/console/uploads/:upload/document", "deskGetFeedback", (*server).consoleDocument},
		{"GET", "/console/uploads/:upload/thumbnail", "deskGetFeedback", (*server).consoleThumbnail},
		{"POST", "/console/cases/:code/take", "deskTake", caseFormPage("take")},
		{"POST", "/console/cases/:code/assign", "deskAssign", caseFormPage("assign")},
		{"POST", "/console/cases/:code/forward", "deskForward", caseFormPage("forward")},
		{"POST", "/console/cases/:code/return", "deskReturn", caseFormPage("return")},
		{"POST", "/console/cases/:code/classify", "deskClassify", caseFormPage("classify")},
		{"POST", "/console/cases/:code/ask", "deskRequestInfo", fileFormPage("ask")},
		{"POST", "/console/cases/:code/write", "deskWrite", fileFormPage("write")},
		{"POST", "/console/cases/:code/refuse", "deskRefuse", caseFormPage("refuse")},
		{"POST", "/console/cases/:code/unseal", "deskUnseal", caseFormPage("unseal")},
		{"POST", "/console/cases/:code/merge", "deskMerge", joinFormPage("merge")},
		{"POST", "/console/cases/:code/proposemerge", "deskProposeMerge", caseFormPage("proposemerge")},
		{"POST", "/console/cases/:code/declinemerge", "deskDeclineMerge", caseFormPage("declinemerge")},
		{"POST", "/console/cases/:code/unmerge", "deskUnmerge", joinFormPage("unmerge")},
		{"POST", "/console/cases/:code/link", "deskLink", joinFormPage("link")},
		{"POST", "/console/cases/:code/unlink", "deskUnlink", joinFormPage("unlink")},
		{"POST", "/console/cases/:code/split", "deskSplit", joinFormPage("split")},
		{"POST", "/console/cases/:code/unsplit", "deskUnsplit", joinFormPage("unsplit")},
		{"POST", "/console/cases/:code/accept", "deskAccept", caseFormPage("accept")},
		{"POST", "/console/cases/:code/extend", "deskExtend", caseFormPage("extend")},
		{"POST", "/console/cases/:code/askextension", "deskAskExtension", caseFormPage("askextension")},
		{"POST", "/console/cases/:code/grantextension", "deskDecideExtension", caseFormPage("grantextension")},
		{"POST", "/console/cases/:code/denyextension", "deskDecideExtension", caseFormPage("denyextension")},
		{"POST", "/console/cases/:code/progress", "deskProgress", caseFormPage("progress")},
		{"POST", "/console/cases/:code/coordinate", "deskAddTask", caseFormPage("coordinate")},
		{"POST", "/console/cases/:code/contribute", "deskContribute", fileFormPage("contribute")},
		{"POST", "/console/cases/:code/returntask", "deskReturnTask", caseFormPage("returntask")},
		{"POST", "/console/cases/:code/canceltask", "deskCancelTask", caseFormPage("canceltask")},
		{"POST", "/console/cases/:code/note", "deskAddNote", (*server).notePage},
		{"POST", "/console/cases/:code/reply", "deskEditReply", (*server).replyPage},
		{"POST", "/console/files", "deskEditReply", (*server).replyFilesPage},
		{"POST", "/console/cases/:code/approve", "deskApproveReply", caseFormPage("approve")},
		{"POST", "/console/cases/:code/reject", "deskRejectReply", caseFormPage("reject")},
		{"POST", "/console/cases/:code/publish", "deskPublishReply", caseFormPage("publish")},
		{"POST", "/console/cases/:code/redact", "deskRedact", (*server).redactPage},
		{"POST", "/console/cases/:code/unpublish", "deskUnpublishReply", caseFormPage("unpublish")},

		{"GET", "/console/new", "deskCreateFeedback", (*server).keyInPage},
		{"POST", "/console/new", "deskCreateFeedback", (*server).saveKeyInPage},
		{"GET", "/console/overdue", "deskOverdue", (*server).overduePage},
		{"GET", "/console/between", "deskBetween", (*server).betweenPage},
		{"GET", "/console/routing", "deskRouting", (*server).routingPage},
		{"GET", "/console/reminders", "deskListReminders", (*server).remindersPage},
		{"POST", "/console/reminders", "deskReadReminder", (*server).readRemindersPage},
		{"GET", "/console/letters", "deskListLetters", (*server).lettersPage},
		{"GET", "/console/letters/:from/:to/:number", "deskReadLetter", (*server).readLetterPage},
		{"GET", "/console/overdue/letter", "deskGetLetter", (*server).letterPage},
		{"POST", "/console/overdue/letter", "deskWriteLetter", (*server).writeLetterPage},
		{"POST", "/console/overdue/nudge", "deskNudge", (*server).nudgePage},
		{"POST", "/console/overdue/escalate", "deskEscalate", (*server).escalatePage},
		{"GET", "/console/work", "deskListParked", (*server).workPage},
		{"POST", "/console/work/:id/retry", "deskRetryWork", (*server).retryWorkPage},
		{"GET", "/console/audit", "deskListAudit", (*server).auditPage},
		{"GET", "/console/privacy", "deskListDataRequests", (*server).privacyDeskPage},
		{"POST", "/console/privacy/requests/:id", "deskDecideDataRequest", (*server).decideDataPage},
		{"POST", "/console/privacy/requests/:id/extension", "deskExtendDataRequest", (*server).extendDataPage},
		{"POST", "/console/privacy/breaches", "deskCreateBreach", (*server).enterBreachPage},
		{"POST", "/console/privacy/breaches/:id", "deskNotifyBreach", (*server).notifyBreachPage},
		{"GET", "/console/templates", "deskListTemplates", (*server).templatesPage},
		{"GET", "/console/templates/new", "deskCreateTemplate", (*server).newTemplatePage},
		{"POST", "/console/templates/new", "deskCreateTemplate", (*server).addTemplatePage},
		{"GET", "/console/templates/:id", "deskEditTemplate", (*server).templatePage},
		{"POST", "/console/templates/:id", "deskEditTemplate", (*server).saveTemplatePage},
		{"POST", "/console/templates/:id/delete", "deskDeleteTemplate", (*server).deleteTemplatePage},
		{"GET", "/console/password", "changePassword", (*server).passwordPage},
		{"POST", "/console/password", "changePassword", (*server).savePasswordPage},

		{"GET", "/console/admin", "adminListStaff", (*server).adminPage},
		{"GET", "/console/admin/staff", "adminListStaff", (*server).adminStaffPage},
		{"GET", "/console/admin/staff/new", "adminCreateStaff", (*server).newMemberPage},
		{"POST", "/console/admin/staff/new", "adminCreateStaff", (*server).addMemberPage},
		{"GET", "/console/admin/staff/:id", "adminGetStaff", (*server).memberPage},
		{"POST", "/console/admin/staff/:id", "adminEditStaff", (*server).saveMemberPage},
		{"POST", "/console/admin/staff/:id/password", "adminResetPassword", memberDoPage("password")},
		{"POST", "/console/admin/staff/:id/totp", "adminResetTotp", memberDoPage("totp")},
		{"POST", "/console/admin/staff/:id/disable", "adminEditStaff", memberDoPage("disable")},
		{"POST", "/console/admin/staff/:id/enable", "adminEditStaff", memberDoPage("enable")},
		{"GET", "/console/admin/agencies", "adminEditAgency", (*server).adminAgenciesPage},
		{"GET", "/console/admin/agencies/new", "adminAddAgency", (*server).newAgencyPage},
		{"POST", "/console/admin/agencies/new", "adminAddAgency", (*server).addAgencyPage},
		{"GET", "/console/admin/agencies/:code", "adminEditAgency", (*server).agencyAdminPage},
		{"POST", "/console/admin/agencies/:code", "adminEditAgency", (*server).saveAgencyPage},
		{"POST", "/console/admin/agencies/:code/dissolve", "adminDissolveAgency", (*server).dissolveAgencyPage},
		{"POST", "/console/admin/agencies/:code/seal-key", "adminRotateSealKey", (*server).rotateSealKeyPage},
		{"POST", "/console/admin/agencies/:code/move-staff", "adminEditStaff", (*server).moveStaffPage},
		{"GET", "/console/admin/rules", "adminListRules", (*server).adminRulesPage},
		{"POST", "/console/admin/rules", "adminAmend", (*server).amendPage},
		{"POST", "/console/admin/rules/:id/repeal", "adminRepeal", repealPage("/console/admin/rules")},
		{"GET", "/console/admin/fields", "adminListFields", (*server).adminFieldsPage},
		{"GET", "/console/admin/new-field", "adminAmend", (*server).newFieldPage},
		{"POST", "/console/admin/new-field", "adminAmend", (*server).saveFieldPage},
		{"GET", "/console/admin/fields/:slug", "adminAmend", (*server).fieldPage},
		{"POST", "/console/admin/fields/:slug", "adminAmend", (*server).saveFieldPage},
		{"POST", "/console/admin/fields/:id/repeal", "adminRepeal", repealPage("/console/admin/fields")},
		{"GET", "/console/admin/features", "adminGetFeatures", (*server).adminFeaturesPage},
		{"POST", "/console/admin/features", "adminSetFeatures", (*server).saveFeaturesPage},

		{"GET", "/console/signin", "signInStaff", (*server).staffSignInPage},
		{"POST", "/console/signin", "signInStaff", (*server).enterStaffPage},
		{"POST", "/console/signout", "signOut", (*server).signOutPage},
		{"GET", "/console/sessions", "listSessions", (*server).staffSessionsPage},
		{"POST", "/console/sessions/:id", "deleteSession", (*server).endSessionPage},
		{"POST", "/console/acting", "patchMe", (*server).actAsPage},
		{"POST", "/console/totp", "startTotp", (*server).startTOTPPage},
		{"POST", "/console/totp/confirm", "confirmTotp", (*server).confirmTOTPPage},
	}
}

// pageRoutes puts the pages and the static files into the app.
func (s *server) pageRoutes(app *fiber.App) {
	for _, p := range pages() {
		app.Add(p.method, p.path, s.pageGate(p))
		if p.method == fiber.MethodGet {
			app.Add(fiber.MethodHead, p.path, s.pageGate(p))
		}
	}
	app.Get("/static/:hash/*", s.static)
}

// pageGate stands before each page as gates does before each operation: language, limits,
// identity by cookie, access, the form and its token, in this order.
func (s *server) pageGate(p page) fiber.Handler {
	allowed := access[p.operation]
	counted := "" // looking is counted as any call, doing as the operation is
	if p.method != fiber.MethodGet {
		counted = p.operation
	}
	console := isConsole(p.path)
	return func(c *fiber.Ctx) error {
		r := of(c.UserContext())
		r.Page = c.Get(fiber.HeaderAccept) != fiber.MIMEApplicationJSON // else a script of ours, which gets problems as the API's
		s.pageHeaders(c)
		if done, err := s.pageLanguage(c, r); done || err != nil {
			return err
		}
		if err := s.limits.allow(c, counted, r.Addr, allowed.atOneAddress()); err != nil {
			return err
		}
		if err := s.identifyByCookie(c, r, console); err != nil {
			return err
		}
		if r.Account != "" {
			c.Set(fiber.HeaderCacheControl, "no-store")
			if err := s.limits.allow(c, counted, r.Account, 1); err != nil {
				return err
			}
		}
		files := p.method == fiber.MethodPost && receivesFiles[p.path] && strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm)
		if p.method == fiber.MethodPost && !files {
			if err := formInMemory(c); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(c.UserContext()), timeout)
			defer cancel()
			c.SetUserContext(ctx)
		}
		if err := mayVisit(allowed, r); err != nil {
			if files {
				typedBeforeFiles(c) // which signing in carries along
			}
			return err
		}
		if console && choosesFirst(p.operation, r) != nil {
			return s.goTo(c, "/console/password", "")
		}
		if p.method == fiber.MethodPost && !files && !s.rightToken(c, r) {
			if r.Page && c.Get("Sec-Fetch-Site") == "same-origin" { // our own form, of a session before this one
				return s.resendPage(c, carry(c))
			}
			return errOldForm
		}
		return p.do(s, c)
	}
}

// isConsole reports whether a path belongs to the console.
func isConsole(path string) bool { return path == "/console" || strings.HasPrefix(path, "/console/") }

// mayVisit is identify for pages: who it is is known already.
func mayVisit(allowed rule, r *request) error {
	switch allowed.caller {
	case everyone, guest:
		return nil
	case nobody:
		return models.ErrForbidden
	}
	if r.Account == "" {
		return models.ErrUnauthenticated
	}
	switch allowed.caller {
	case citizen:
		if r.Staff != nil {
			return models.Fail(models.KindForbidden, "citizen_only")
		}
	case staff:
		if r.Staff == nil {
			return models.Fail(models.KindForbidden, "staff_only")
		}
		if !r.Staff.May(allowed.action) {
			return models.Fail(models.KindForbidden, "role_missing")
		}
	}
	return nil
}

// pageHeaders lets a page load its own style, scripts and images, and nothing else; within
// it there may be the style of the public site, by its hash, and no script. It is
// kept by the browser for going back, and asked for anew otherwise.
func (s *server) pageHeaders(c *fiber.Ctx) {
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; script-src 'self'; style-src 'self' "+s.styleHash+"; "+
		"img-src 'self' blob: data:; connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderVary, fiber.HeaderAcceptLanguage+", "+fiber.HeaderCookie)
}

// static sends a file of the pages. Its address changes with its content, so it is kept
// for ever; under the address of another version it is sent too, but not kept.
func (s *server) static(c *fiber.Ctx) error {
	name := c.Params("*")
	content, contentType, current := s.site.Static(c.Params("hash"), name)
	if content == nil {
		return models.ErrNotFound
	}
	file, _ := s.files.get(name, func() (*encoded, error) { return &encoded{plain: content}, nil })
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderCacheControl, "no-cache")
	if current {
		c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	}
	return file.send(c)
}

const (
	langCookie    = "__Host-lang"
	visitorCookie = "__Host-visitor" // what the token of a form is bound to before signing in
	saidCookie    = "__Host-said"    // key of what the next page says once
)

// setCookie sets a cookie for this site alone that scripts cannot read. Without seconds it
// ends with the browser's session.
func setCookie(c *fiber.Ctx, name, value string, seconds int) {
	c.Cookie(&fiber.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, Secure: true, HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode})
}

func dropCookie(c *fiber.Ctx, name string) { setCookie(c, name, "", -1) }

// pageLanguage finds the language: ?lang= once, which is kept in a cookie (the answer is
// then a redirection to the address without it: done), else that cookie, else what the
// browser asks for.
func (s *server) pageLanguage(c *fiber.Ctx, r *request) (done bool, err error) {
	if chosen := c.Query("lang"); known(chosen) && c.Method() == fiber.MethodGet {
		setCookie(c, langCookie, chosen, 365*24*3600)
		c.Context().QueryArgs().Del("lang")
		return true, c.Redirect(here(c), fiber.StatusSeeOther)
	}
	if kept := c.Cookies(langCookie); known(kept) {
		r.Lang = kept
	}
	return false, nil
}

func known(lang string) bool { return lang == "vi" || lang == "en" }

// here is the address of this page: path and query.
func here(c *fiber.Ctx) string {
	if q := c.Context().QueryArgs(); q.Len() > 0 {
		return c.Path() + "?" + q.String()
	}
	return c.Path()
}

// ownPath returns a path of this site that was handed in, else the other one: nobody is
// to be sent elsewhere by a link.
func ownPath(path, otherwise string) string {
	if len(path) > 1000 || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") ||
		strings.ContainsFunc(path, func(c rune) bool { return c <= ' ' || c == '\\' }) {
		return otherwise
	}
	return path
}

// frame returns what every page shows around its content. title is a key of the catalogue,
// nav the entry of the navigation that it belongs to.
func (s *server) frame(c *fiber.Ctx, title, nav string) web.Frame {
	r := of(c.UserContext())
	f := web.Frame{Lang: r.Lang, Title: s.site.T(r.Lang, title), Path: here(c), Nav: nav, Token: func() string { return s.token(c, r) }}
	f.SignedIn = r.Account != "" && r.Staff == nil
	if r.Staff != nil {
		f.Staff = &web.Acting{Name: r.Staff.Name, Agency: s.agencyName(r.Staff.Agency, r.Lang), Roles: r.Staff.Roles, All: r.Roles, As: r.ActingAs, Member: r.Staff}
	}
	if key := c.Cookies(saidCookie); key != "" {
		dropCookie(c, saidCookie)
		if strings.HasPrefix(key, "said.") && s.site.Has(key) {
			f.Said = s.site.T(r.Lang, key)
		}
	}
	return f
}

// show sends a page.
func (s *server) show(c *fiber.Ctx, p web.Page) error { return s.showAs(c, fiber.StatusOK, p) }

func (s *server) showAs(c *fiber.Ctx, status int, p web.Page) error {
	c.Response().ResetBody()
	if err := s.site.Render(c.Response().BodyWriter(), p); err != nil { // which then has written nothing
		return models.Wrap(models.KindInternal, err)
	}
	c.Status(status)
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	c.Set(fiber.HeaderContentLanguage, p.Around().Lang)
	return nil
}

// shared is a page as everybody sees it who is not signed in.
type shared struct {
	shows any
	html  *encoded
}

// showShared is show for a page that many look at: as long as it shows the same (the same
// pointer), who is not signed in gets it as it was made before.
func (s *server) showShared(c *fiber.Ctx, shows any, build func() (web.Page, error)) error {
	r, key := of(c.UserContext()), of(c.UserContext()).Lang+" "+here(c)
	general := r.Account == "" && c.Cookies(saidCookie) == ""
	if kept, ok := s.shared.find(key); ok && general && kept.shows == shows {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderContentLanguage, r.Lang)
		return kept.html.send(c)
	}
	p, err := build()
	if err != nil {
		return err
	}
	f := p.Around()
	f.Token = func() string { // a page with a form is somebody's
		general = false
		return s.token(c, r)
	}
	if err := s.show(c, p); err != nil {
		return err
	}
	if general {
		s.shared.put(key, shared{shows, &encoded{plain: slices.Clone(c.Response().Body())}})
	}
	return nil
}

// showAgain sends a form again with everything that was typed and what is wrong with it:
// each wrong field, or at the top why it could not be done. What is not there is not shown.
func (s *server) showAgain(c *fiber.Ctx, err error, p web.Page) error {
	kind, code, fields := classify(err)
	if kind == models.KindNotFound || kind == models.KindGone {
		return err
	}
	f := p.Around()
	status := s.logged(c, kind, err)
	retryAfter(c, kind, err)
	if kind == models.KindUnauthenticated { // 401 would want another kind of signing in
		status = fiber.StatusUnprocessableEntity
	}
	for _, x := range fields {
		e := web.FieldError{Field: x.Field, Text: say(f.Lang, x.Code, x.Limit)}
		if key := "wrong." + x.Code; s.site.Has(key) { // pages take what people type in other ways than the API
			e.Text = s.site.T(f.Lang, key)
		}
		if code != "" && len(fields) == 1 { // which says more
			e.Text = s.explain(f.Lang, kind, code, err)
		}
		name := x.Field[strings.LastIndexByte(x.Field, '.')+1:] // assign.agency: of the form assign
		for _, key := range []string{"field." + path.Base(p.Template()) + "." + name, "field." + name} {
			if s.site.Has(key) {
				e.Label = s.site.T(f.Lang, key)
				break
			}
		}
		f.Errors = append(f.Errors, e)
	}
	if len(fields) == 0 {
		f.Errors = append(f.Errors, web.FieldError{Text: s.explain(f.Lang, kind, code, err)})
	}
	return s.showAs(c, status, p)
}

// goTo ends a form: the browser goes on to another page, which says the text of the key
// once. Without a key nothing is said.
func (s *server) goTo(c *fiber.Ctx, path, said string) error {
	if said != "" {
		setCookie(c, saidCookie, said, 60)
	}
	return c.Redirect(path, fiber.StatusSeeOther)
}
