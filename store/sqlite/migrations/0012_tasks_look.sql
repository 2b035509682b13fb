-- Open cases of before agencies were reminded of what they are to contribute are looked at when
-- the first of them is late, also if nobody writes the case before.

WITH task AS (
  SELECT f.n AS n, min(CAST(round(unixepoch(json_extract(t.value, '$.due_at'), 'subsec') * 1000) AS INTEGER)) AS due
  FROM feedback f, json_each(CAST(f.doc AS TEXT), '$.tasks') t
  WHERE f.status IN ('received', 'needs_info', 'assigned', 'in_progress') AND json_extract(t.value, '$.status') = 'open'
    AND json_extract(t.value, '$.due_at') IS NOT NULL AND NOT coalesce(json_extract(t.value, '$.reminded'), 0)
  GROUP BY f.n
)
UPDATE feedback SET look = min(coalesce(look, task.due), task.due) FROM task WHERE task.n = feedback.n;
