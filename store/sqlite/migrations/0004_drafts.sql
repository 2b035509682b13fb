-- Letters that people are still writing at the web site.

CREATE TABLE draft (
  id      TEXT PRIMARY KEY,
  expires INTEGER NOT NULL,
  doc     BLOB NOT NULL
);
CREATE INDEX draft_expires ON draft (expires);
