-- When it wants to be looked at whether the identity of a person is past its term
-- (models.Person.LookAt): of everybody from before there were terms, at once.

ALTER TABLE person ADD COLUMN look INTEGER;
UPDATE person SET look = 0;
CREATE INDEX person_look ON person (look, id) WHERE look IS NOT NULL;
