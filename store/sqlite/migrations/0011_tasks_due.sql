-- In the list of what an agency contributes to stands the date that it was given, not the lead's.

UPDATE feedback_view SET due = coalesce((
  SELECT CAST(round(unixepoch(json_extract(t.value, '$.due_at'), 'subsec') * 1000) AS INTEGER)
  FROM feedback f, json_each(CAST(f.doc AS TEXT), '$.tasks') t
  WHERE f.n = feedback_view.n AND json_extract(t.value, '$.agency') = substr(feedback_view.whose, 3) AND json_extract(t.value, '$.status') = 'open'
  LIMIT 1), 9223372036854775807)
WHERE whose >= 't:' AND whose < 't;';
