-- Cases with a reply that waits for approval, or that was sent back, are listed by their
-- own keys: 'w:' and 'b:' with the code of each agency that lists them.

ALTER TABLE feedback ADD COLUMN back INTEGER NOT NULL DEFAULT 0; -- replies that were sent back
UPDATE feedback SET back = (
    SELECT count(*) FROM json_each(CAST(feedback.doc AS TEXT), '$.replies') r
    WHERE json_extract(r.value, '$.status') = 'rejected' AND json_extract(r.value, '$.agency') = feedback.agency)
  WHERE status IN ('received', 'needs_info', 'assigned', 'in_progress') AND json_type(CAST(doc AS TEXT), '$.replies') = 'array';
INSERT INTO feedback_view (whose, status, received, id, n, due, published)
  SELECT 'w:' || substr(v.whose, 3), v.status, v.received, v.id, v.n, v.due, v.published
  FROM feedback_view v JOIN feedback f ON f.n = v.n WHERE f.waiting > 0 AND v.whose LIKE 's:%';
INSERT INTO feedback_view (whose, status, received, id, n, due, published)
  SELECT 'b:' || substr(v.whose, 3), v.status, v.received, v.id, v.n, v.due, v.published
  FROM feedback_view v JOIN feedback f ON f.n = v.n WHERE f.back > 0 AND v.whose LIKE 's:%';
