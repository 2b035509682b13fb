-- When the ladder of reminders of an open case wants to be looked at (models.Feedback.LookAt):
-- of cases from before there were ladders, 14 days before they are due.

ALTER TABLE feedback ADD COLUMN look INTEGER;
UPDATE feedback SET look = due - 1209600000 WHERE due IS NOT NULL AND status IN ('received', 'needs_info', 'assigned', 'in_progress');
CREATE INDEX feedback_look ON feedback (look, id) WHERE look IS NOT NULL;
