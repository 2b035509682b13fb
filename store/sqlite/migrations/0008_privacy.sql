-- What people ask about their own data, and the register of breaches.

CREATE TABLE data_request (
  id      TEXT PRIMARY KEY,
  person  TEXT NOT NULL,
  open    INTEGER NOT NULL,     -- 1: something is still owed
  due     INTEGER NOT NULL,
  created INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX data_request_person ON data_request (person, created, id);
CREATE INDEX data_request_open ON data_request (due, id) WHERE open = 1;

CREATE TABLE breach (
  id       TEXT PRIMARY KEY,
  detected INTEGER NOT NULL,
  doc      BLOB NOT NULL
);
CREATE INDEX breach_detected ON breach (detected, id);
