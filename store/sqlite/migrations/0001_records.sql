-- Every record is a JSON document (doc) beside the columns that it is found and
-- listed by. Times are milliseconds since 1970 in UTC.

CREATE TABLE feedback (
  n         INTEGER PRIMARY KEY,
  id        TEXT NOT NULL UNIQUE,
  code      TEXT NOT NULL UNIQUE,
  sender    TEXT NOT NULL,
  version   INTEGER NOT NULL,
  title     TEXT NOT NULL,
  kind      TEXT NOT NULL,
  source    TEXT NOT NULL,
  status    TEXT NOT NULL,
  province  TEXT NOT NULL,
  field     TEXT NOT NULL,
  agency    TEXT NOT NULL,
  handler   TEXT NOT NULL,
  due       INTEGER,            -- NULL: none
  waiting   INTEGER NOT NULL,   -- replies that wait for approval
  published INTEGER,            -- NULL unless public now
  received  INTEGER NOT NULL,
  updated   INTEGER NOT NULL,
  doc       BLOB NOT NULL
);
CREATE INDEX feedback_sender ON feedback (sender, received, id);
CREATE INDEX feedback_field_published ON feedback (field, published, id) WHERE published IS NOT NULL;
CREATE INDEX feedback_province_published ON feedback (province, published, id) WHERE published IS NOT NULL;

-- One row for every agency that lists the feedback ('s:' and its code; the root lists
-- all) and for its handler ('h:'). Each list is then a range of one index, whatever
-- the number of records and the level of the agency.
CREATE TABLE feedback_view (
  n         INTEGER NOT NULL,
  whose     TEXT NOT NULL,
  id        TEXT NOT NULL,
  status    TEXT NOT NULL,
  due       INTEGER NOT NULL,   -- the largest number when there is none
  received  INTEGER NOT NULL,
  updated   INTEGER NOT NULL,
  published INTEGER,
  PRIMARY KEY (n, whose)
) WITHOUT ROWID;
CREATE INDEX feedback_view_due ON feedback_view (whose, status, due, id);
CREATE INDEX feedback_view_received ON feedback_view (whose, status, received, id);
CREATE INDEX feedback_view_updated ON feedback_view (whose, updated, id, status);
CREATE INDEX feedback_view_published ON feedback_view (whose, published, id, status) WHERE published IS NOT NULL;

-- How many rows of feedback_view there are for each status: counting them would take
-- longer the more there are.
CREATE TABLE feedback_count (
  whose  TEXT NOT NULL,
  status TEXT NOT NULL,
  n      INTEGER, -- never NULL; saying so would make SQLite copy pages, for the case that it is
  PRIMARY KEY (whose, status)
) WITHOUT ROWID;
CREATE TRIGGER feedback_view_added AFTER INSERT ON feedback_view BEGIN
  INSERT INTO feedback_count (whose, status, n) VALUES (new.whose, new.status, 1) ON CONFLICT (whose, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER feedback_view_moved AFTER UPDATE OF status ON feedback_view WHEN old.status <> new.status BEGIN
  UPDATE feedback_count SET n = n - 1 WHERE whose = old.whose AND status = old.status;
  INSERT INTO feedback_count (whose, status, n) VALUES (new.whose, new.status, 1) ON CONFLICT (whose, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER feedback_view_removed AFTER DELETE ON feedback_view BEGIN
  UPDATE feedback_count SET n = n - 1 WHERE whose = old.whose AND status = old.status;
END;

CREATE TABLE work (
  id        TEXT PRIMARY KEY,
  parked    INTEGER NOT NULL,
  due       INTEGER NOT NULL,
  created   INTEGER NOT NULL,
  lease     TEXT NOT NULL,
  challenge TEXT,               -- whose it is; NULL when a feedback's
  doc       BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX work_challenge ON work (challenge) WHERE challenge IS NOT NULL;
CREATE INDEX work_due ON work (parked, due, id, created);
CREATE INDEX work_parked ON work (created, id) WHERE parked = 1;

CREATE TABLE person (
  n     INTEGER PRIMARY KEY,
  id    TEXT NOT NULL UNIQUE,
  phone TEXT UNIQUE,            -- NULL: without a phone
  doc   BLOB NOT NULL
);

CREATE TABLE challenge (
  id      TEXT PRIMARY KEY,
  expires INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX challenge_expires ON challenge (expires);

CREATE TABLE staff (
  n        INTEGER PRIMARY KEY,
  id       TEXT NOT NULL UNIQUE,
  username TEXT NOT NULL UNIQUE,
  doc      BLOB NOT NULL
);

CREATE TABLE session (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX session_account ON session (account, created, id);
CREATE INDEX session_expires ON session (expires);

CREATE TABLE device (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  token   TEXT UNIQUE,          -- NULL: none
  doc     BLOB NOT NULL
);
CREATE INDEX device_account ON device (account, id);

CREATE TABLE notification (
  id      TEXT PRIMARY KEY,
  account TEXT NOT NULL,
  at      INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX notification_account ON notification (account, at, id);

CREATE TABLE agency (
  n    INTEGER PRIMARY KEY,     -- the order in which they were first stored
  code TEXT NOT NULL UNIQUE,
  doc  BLOB NOT NULL
);

CREATE TABLE upload (
  id      TEXT PRIMARY KEY,
  unused  INTEGER NOT NULL,     -- 1: no feedback uses it
  created INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX upload_unused ON upload (created, id) WHERE unused = 1;

CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE,
  doc BLOB NOT NULL
);
CREATE TABLE audit_head (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  seq  INTEGER NOT NULL,
  hash TEXT NOT NULL
);

CREATE TABLE signing_key (
  id      TEXT PRIMARY KEY,
  created INTEGER NOT NULL,
  doc     BLOB NOT NULL
);

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Ping writes here: a full disk shows.
CREATE TABLE alive (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  n   INTEGER NOT NULL
);
