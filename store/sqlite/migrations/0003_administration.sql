-- What administrators keep, and what the audit log and the staff are found by.

CREATE TABLE reply_template (
  id    TEXT PRIMARY KEY,
  owner TEXT NOT NULL,          -- models.ReplyTemplate.Owner
  doc   BLOB NOT NULL
);
CREATE INDEX reply_template_owner ON reply_template (owner, id);

CREATE TABLE amendment (
  id  TEXT PRIMARY KEY,
  doc BLOB NOT NULL
);

ALTER TABLE staff ADD COLUMN agency TEXT NOT NULL DEFAULT '';
UPDATE staff SET agency = json_extract(CAST(doc AS TEXT), '$.agency');
CREATE INDEX staff_agency ON staff (agency, username);

ALTER TABLE audit ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE audit ADD COLUMN actor TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN action TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN object TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN agency TEXT NOT NULL DEFAULT '';
UPDATE audit SET
  at = CAST(round(unixepoch(json_extract(CAST(doc AS TEXT), '$.at'), 'subsec') * 1000) AS INTEGER),
  actor = coalesce(json_extract(CAST(doc AS TEXT), '$.actor'), ''),
  action = coalesce(json_extract(CAST(doc AS TEXT), '$.action'), ''),
  object = coalesce(json_extract(CAST(doc AS TEXT), '$.object'), ''),
  agency = coalesce(json_extract(CAST(doc AS TEXT), '$.agency'), '');
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX audit_action ON audit (action, at, seq);
CREATE INDEX audit_object ON audit (object, at, seq);
CREATE INDEX audit_actor ON audit (actor, at, seq);
CREATE INDEX audit_actor_action ON audit (actor, action, at, seq);
CREATE INDEX audit_agency ON audit (agency, at, seq);
CREATE INDEX audit_agency_action ON audit (agency, action, at, seq);
