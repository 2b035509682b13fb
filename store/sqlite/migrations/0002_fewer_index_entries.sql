-- A case that comes in is one page of its own and some pages of indexes, which all go
-- through the log. The rows of feedback_view are now kept in the order that lists are
-- read in, and what changed since a moment is one index of feedback: half the pages.

DROP TRIGGER feedback_view_added;
DROP TRIGGER feedback_view_moved;
DROP TRIGGER feedback_view_removed;
ALTER TABLE feedback_view RENAME TO feedback_view_old;

-- One row for every agency that lists the feedback ('s:' and its code; the root lists
-- all) and for its handler ('h:'). Each list is then a range of one index, whatever
-- the number of records and the level of the agency.
CREATE TABLE feedback_view (
  whose     TEXT NOT NULL,
  status    TEXT NOT NULL,
  received  INTEGER NOT NULL,
  id        TEXT NOT NULL,
  n         INTEGER NOT NULL,
  due       INTEGER NOT NULL,   -- the largest number when there is none
  published INTEGER,
  PRIMARY KEY (whose, status, received, id)
) WITHOUT ROWID;
INSERT INTO feedback_view (whose, status, received, id, n, due, published)
  SELECT whose, status, received, id, n, due, published FROM feedback_view_old ORDER BY whose, status, received, id;
DROP TABLE feedback_view_old;
CREATE INDEX feedback_view_due ON feedback_view (whose, status, due, id, n);
CREATE INDEX feedback_view_published ON feedback_view (whose, published, id, status, n) WHERE published IS NOT NULL;
CREATE INDEX feedback_updated ON feedback (updated, id);

-- A row whose status changes is removed and added.
CREATE TRIGGER feedback_view_added AFTER INSERT ON feedback_view BEGIN
  INSERT INTO feedback_count (whose, status, n) VALUES (new.whose, new.status, 1) ON CONFLICT (whose, status) DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER feedback_view_removed AFTER DELETE ON feedback_view BEGIN
  UPDATE feedback_count SET n = n - 1 WHERE whose = old.whose AND status = old.status;
END;
