-- When an officer last decided whose business a case is, of cases that teach routing
-- (models.Feedback.TeachesAt): of those from before it learnt, when they changed last.

ALTER TABLE feedback ADD COLUMN teaches INTEGER;
UPDATE feedback SET teaches = updated WHERE agency <> '' AND status IN ('assigned', 'in_progress', 'needs_info', 'answered', 'closed') AND kind IN ('feedback', 'question');
CREATE INDEX feedback_teaches ON feedback (teaches, id) WHERE teaches IS NOT NULL;
