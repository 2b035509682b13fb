package sqlite

import "strings"

// statement is the text of one SQL statement. Those that read are made by reads, so
// that the test of the query plans knows them all.
type statement struct{ sql string }

// selects are all statements that read, but for the lists of feedback (see list.go).
var selects []*statement

// reads registers a SELECT. Its limit is written "? + 0": SQLite compiles a statement
// anew whenever another value is bound to a plain "LIMIT ?", because the plan might
// depend on it.
func reads(sql string) *statement {
	s := &statement{sql}
	selects = append(selects, s)
	return s
}

func writes(sql string) *statement { return &statement{sql} }

var (
	sqlBegin      = writes(`BEGIN IMMEDIATE`)
	sqlCommit     = writes(`COMMIT`)
	sqlRollback   = writes(`ROLLBACK`)
	sqlSavepoint  = writes(`SAVEPOINT w`)
	sqlRelease    = writes(`RELEASE w`)
	sqlRollbackTo = writes(`ROLLBACK TO w`)
	sqlVacuumInto = writes(`VACUUM INTO ?`)
	sqlCheckpoint = writes(`PRAGMA wal_checkpoint(PASSIVE)`)
	sqlRestartLog = writes(`PRAGMA wal_checkpoint(RESTART)`)
	sqlShrink     = writes(`PRAGMA shrink_memory`)
	// As in the pragmas of every connection, and for a moment.
	sqlWaitLong    = writes(`PRAGMA busy_timeout = 5000`)
	sqlWaitAMoment = writes(`PRAGMA busy_timeout = 20`)

	sqlMigrationTable  = writes(`CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL)`)
	sqlMigrated        = reads(`SELECT coalesce(max(number), 0) FROM migration`)
	sqlRecordMigration = writes(`INSERT INTO migration (number, name, at) VALUES (?, ?, ?)`)

	sqlPing   = writes(`INSERT INTO alive (one, n) VALUES (1, 1) ON CONFLICT (one) DO UPDATE SET n = n + 1`)
	sqlPinged = reads(`SELECT n FROM alive WHERE one = 1`)

	sqlFeedback       = reads(`SELECT doc FROM feedback WHERE id = ?`)
	sqlFeedbackByCode = reads(`SELECT doc FROM feedback WHERE code = ?`)
	sqlVersionByCode  = reads(`SELECT sender, version FROM feedback WHERE code = ?`)
	sqlFeedbackRow    = reads(`SELECT n, doc FROM feedback WHERE id = ?`)
	sqlInsertFeedback = writes(`INSERT INTO feedback (id, code, sender, version, title, kind, source, status, province, field, agency, handler,
		due, waiting, back, published, received, updated, doc, look, teaches) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlUpdateFeedback = writes(`UPDATE feedback SET version = ?, title = ?, kind = ?, source = ?, status = ?, province = ?, field = ?, agency = ?,
		handler = ?, due = ?, waiting = ?, back = ?, published = ?, received = ?, updated = ?, doc = ?, look = ?, teaches = ? WHERE n = ?`)
	sqlUpdateKeys = writes(`UPDATE feedback SET code = ?, sender = ? WHERE n = ?`)
	// OR FAIL: with a trigger SQLite else copies every page it touches, to undo one
	// statement; here a failure undoes the whole write.
	sqlInsertView = writes(`INSERT OR FAIL INTO feedback_view (whose, status, received, n, due, published) VALUES (?, ?, ?, ?, ?, ?)`)
	sqlUpdateView = writes(`UPDATE feedback_view SET due = ?, published = ? WHERE whose = ? AND status = ? AND received = ? AND n = ?`)
	sqlDeleteView = writes(`DELETE FROM feedback_view WHERE whose = ? AND status = ? AND received = ? AND n = ?`)
	sqlEachAll    = reads(`SELECT n, doc FROM feedback WHERE n > ? ORDER BY n LIMIT ? + 0`)
	sqlEachSince  = reads(`SELECT updated, n, doc FROM feedback WHERE (updated, n) > (?, ?) ORDER BY updated, n LIMIT ? + 0`)

	sqlToLookAt = reads(`SELECT look, n, id FROM feedback WHERE look <= ? AND (look, n) > (?, ?) ORDER BY look, n LIMIT ? + 0`)
	sqlTeaching = reads(`SELECT teaches, n, id FROM feedback WHERE teaches > ? AND (teaches, n) < (?, ?) ORDER BY teaches DESC, n DESC LIMIT ? + 0`)

	sqlInsertWork  = writes(`INSERT INTO work (id, parked, due, created, lease, challenge, doc) VALUES (?, ?, ?, ?, ?, ?, ?)`)
	sqlForgetWork  = writes(`DELETE FROM work WHERE challenge = ?`)
	sqlDueWork     = reads(`SELECT doc FROM work WHERE parked = 0 AND due <= ? ORDER BY due, id LIMIT ? + 0`)
	sqlLeasedWork  = reads(`SELECT doc FROM work WHERE id = ? AND lease = ?`)
	sqlParkedByID  = reads(`SELECT doc FROM work WHERE id = ? AND parked = 1`)
	sqlUpdateWork  = writes(`UPDATE work SET parked = ?, due = ?, lease = ?, doc = ? WHERE id = ?`)
	sqlDeleteWork  = writes(`DELETE FROM work WHERE id = ? AND lease = ?`)
	sqlParkedWork  = reads(`SELECT created, id, doc FROM work INDEXED BY work_parked WHERE parked = 1 AND (created, id) > (?, ?) ORDER BY created, id LIMIT ? + 0`)
	sqlCountWork   = reads(`SELECT count(*) FROM work WHERE parked = ?`)
	sqlOldestWork  = reads(`SELECT min(created) FROM work WHERE parked = 0 HAVING count(*) > 0`)
	sqlPerson      = reads(`SELECT doc FROM person WHERE id = ?`)
	sqlPersonPhone = reads(`SELECT doc FROM person WHERE phone = ?`)
	sqlPutPerson   = writes(`INSERT INTO person (id, phone, look, doc) VALUES (?, ?, ?, ?)`)
	sqlSetPerson   = writes(`UPDATE person SET phone = ?, look = ?, doc = ? WHERE id = ?`)
	sqlPeopleLook  = reads(`SELECT look, n, id FROM person WHERE look <= ? AND (look, n) > (?, ?) ORDER BY look, n LIMIT ? + 0`)
	sqlEachPerson  = reads(`SELECT n, doc FROM person WHERE n > ? ORDER BY n LIMIT ? + 0`)

	sqlChallenge       = reads(`SELECT doc FROM challenge WHERE id = ?`)
	sqlPutChallenge    = writes(`INSERT INTO challenge (id, expires, doc) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET expires = excluded.expires, doc = excluded.doc`)
	sqlSetChallenge    = writes(`UPDATE challenge SET expires = ?, doc = ? WHERE id = ?`)
	sqlForgetChallenge = writes(`DELETE FROM challenge WHERE id IN (SELECT id FROM challenge WHERE expires < ? LIMIT 10)`)

	sqlStaff       = reads(`SELECT doc FROM staff WHERE id = ?`)
	sqlStaffByName = reads(`SELECT doc FROM staff WHERE username = ?`)
	sqlPutStaff    = writes(`INSERT INTO staff (id, username, agency, doc) VALUES (?, ?, ?, ?)`)
	sqlSetStaff    = writes(`UPDATE staff SET username = ?, agency = ?, doc = ? WHERE id = ?`)
	sqlStaffOf     = reads(`SELECT 0, username, doc FROM staff WHERE agency = ? AND username > ? ORDER BY username LIMIT ? + 0`)
	sqlEachStaff   = reads(`SELECT n, doc FROM staff WHERE n > ? ORDER BY n LIMIT ? + 0`)

	sqlSession        = reads(`SELECT doc FROM session WHERE id = ?`)
	sqlPutSession     = writes(`INSERT INTO session (id, account, created, expires, doc) VALUES (?, ?, ?, ?, ?)`)
	sqlSetSession     = writes(`UPDATE session SET account = ?, created = ?, expires = ?, doc = ? WHERE id = ?`)
	sqlSessions       = reads(`SELECT doc FROM session WHERE account = ? ORDER BY created DESC, id DESC`)
	sqlDeleteSession  = writes(`DELETE FROM session WHERE id = ? AND account = ?`)
	sqlDeleteSessions = writes(`DELETE FROM session WHERE account = ?`)
	sqlForgetSessions = writes(`DELETE FROM session WHERE id IN (SELECT id FROM session WHERE expires < ? LIMIT 10)`)

	sqlLoseToken    = writes(`DELETE FROM device WHERE token = ? AND id <> ?`)
	sqlPutDevice    = writes(`INSERT INTO device (id, account, token, doc) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET account = excluded.account, token = excluded.token, doc = excluded.doc`)
	sqlDevices      = reads(`SELECT doc FROM device WHERE account = ? ORDER BY id`)
	sqlDeleteDevice = writes(`DELETE FROM device WHERE id = ? AND account = ?`)
	sqlForgetToken  = writes(`DELETE FROM device WHERE token = ?`)

	sqlAddNotification = writes(`INSERT INTO notification (id, account, at, doc) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`)
	sqlNotification    = reads(`SELECT doc FROM notification WHERE id = ? AND account = ?`)
	sqlSetNotification = writes(`UPDATE notification SET doc = ? WHERE id = ?`)
	sqlNotifications   = reads(`SELECT at, id, doc FROM notification WHERE account = ? AND (at, id) < (?, ?) ORDER BY at DESC, id DESC LIMIT ? + 0`)
	sqlNewest          = reads(`SELECT at, id, doc FROM notification WHERE account = ? ORDER BY at DESC, id DESC LIMIT ? + 0`)

	sqlPutAgency = writes(`INSERT INTO agency (code, doc) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET doc = excluded.doc`)
	sqlAgencies  = reads(`SELECT doc FROM agency ORDER BY n`)

	sqlUpload        = reads(`SELECT doc FROM upload WHERE id = ?`)
	sqlPutUpload     = writes(`INSERT INTO upload (id, unused, created, doc) VALUES (?, ?, ?, ?)`)
	sqlSetUpload     = writes(`UPDATE upload SET unused = ?, created = ?, doc = ? WHERE id = ?`)
	sqlDeleteUpload  = writes(`DELETE FROM upload WHERE id = ?`)
	sqlUnusedUploads = reads(`SELECT doc FROM upload WHERE unused = 1 AND created < ? ORDER BY created, id LIMIT ? + 0`)

	sqlAuditHead    = reads(`SELECT seq, hash FROM audit_head WHERE one = 1`)
	sqlSetAuditHead = writes(`INSERT INTO audit_head (one, seq, hash) VALUES (1, ?, ?) ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash`)
	sqlHasAudit     = reads(`SELECT 1 FROM audit WHERE id = ?`)
	sqlAddAudit     = writes(`INSERT INTO audit (seq, id, at, actor, action, object, agency, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`)
	sqlEachAudit    = reads(`SELECT seq, doc FROM audit WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ? + 0`)

	sqlTemplate       = reads(`SELECT doc FROM reply_template WHERE id = ?`)
	sqlTemplates      = reads(`SELECT doc FROM reply_template WHERE owner = ? ORDER BY id LIMIT ? + 0`)
	sqlPutTemplate    = writes(`INSERT INTO reply_template (id, owner, doc) VALUES (?, ?, ?)`)
	sqlSetTemplate    = writes(`UPDATE reply_template SET owner = ?, doc = ? WHERE id = ?`)
	sqlDeleteTemplate = writes(`DELETE FROM reply_template WHERE id = ?`)

	sqlAmendments      = reads(`SELECT doc FROM amendment ORDER BY id`)
	sqlPutAmendment    = writes(`INSERT INTO amendment (id, doc) VALUES (?, ?)`)
	sqlDeleteAmendment = writes(`DELETE FROM amendment WHERE id = ?`)

	sqlPutKey      = writes(`INSERT INTO signing_key (id, created, doc) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET created = excluded.created, doc = excluded.doc`)
	sqlKeys        = reads(`SELECT doc FROM signing_key ORDER BY created DESC, id DESC`)
	sqlSetting     = reads(`SELECT value FROM setting WHERE name = ?`)
	sqlPutSetting  = writes(`INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`)
	sqlSwapSetting = writes(`UPDATE setting SET value = ? WHERE name = ? AND value = ?`)
	sqlInitSetting = writes(`INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING`)
)

// idsAtOnce is how many records one statement reads at most.
const idsAtOnce = 100

// Of these there is one for each of several numbers of IDs.
var (
	sqlSummaries         = readsIDs(`SELECT f.id, 0, ` + summaryColumns + ` FROM feedback f WHERE f.id IN `)
	sqlSortBy            = readsIDs(`SELECT id, doc FROM feedback WHERE id IN `)
	sqlPublishedVersions = readsIDs(`SELECT id, version FROM feedback INDEXED BY feedback_published_version WHERE published IS NOT NULL AND id IN `)
)

func readsIDs(sql string) map[int]*statement {
	out := map[int]*statement{}
	for _, n := range []int{1, 5, 25, idsAtOnce} {
		out[n] = reads(sql + "(?" + strings.Repeat(", ?", n-1) + ")")
	}
	return out
}
