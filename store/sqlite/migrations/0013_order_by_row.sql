-- Lists go by their key and then by the number of the row, which grows, no longer by the
-- identifier, which is random: with it each submission wrote into pages all over four indexes.

DROP TRIGGER feedback_view_added;
DROP TRIGGER feedback_view_removed;
ALTER TABLE feedback_view RENAME TO feedback_view_old;
CREATE TABLE feedback_view (
  whose     TEXT NOT NULL,
  status    TEXT NOT NULL,
  received  INTEGER NOT NULL,
  n         INTEGER NOT NULL,
  due       INTEGER NOT NULL,   -- the largest number when there is none
  published INTEGER,
  PRIMARY KEY (whose, status, received, n)
) WITHOUT ROWID;
INSERT INTO feedback_view (whose, status, received, n, due, published)
  SELECT whose, status, received, n, due, published FROM feedback_view_old ORDER BY whose, status, received, n;
DROP TABLE feedback_view_old;
CREATE INDEX feedback_view_due ON feedback_view (whose, status, due, n);
CREATE INDEX feedback_view_published ON feedback_view (whose, published, n, status) WHERE published IS NOT NULL;
CREATE TRIGGER feedback_view_added AFTER INSERT ON feedback_view BEGIN
  INSERT INTO feedback_count (whose, status, n) VALUES (new.whose, new.status, 1) ON CONFLICT (whose, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER feedback_view_removed AFTER DELETE ON feedback_view BEGIN
  UPDATE feedback_count SET n = n - 1 WHERE whose = old.whose AND status = old.status;
END;

DROP INDEX feedback_sender;
CREATE INDEX feedback_sender ON feedback (sender, received);
DROP INDEX feedback_field_published;
CREATE INDEX feedback_field_published ON feedback (field, published) WHERE published IS NOT NULL;
DROP INDEX feedback_province_published;
CREATE INDEX feedback_province_published ON feedback (province, published) WHERE published IS NOT NULL;
DROP INDEX feedback_updated;
CREATE INDEX feedback_updated ON feedback (updated);
DROP INDEX feedback_look;
CREATE INDEX feedback_look ON feedback (look) WHERE look IS NOT NULL;
DROP INDEX feedback_teaches;
CREATE INDEX feedback_teaches ON feedback (teaches) WHERE teaches IS NOT NULL;
DROP INDEX person_look;
CREATE INDEX person_look ON person (look) WHERE look IS NOT NULL;
