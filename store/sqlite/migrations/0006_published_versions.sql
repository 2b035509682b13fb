-- Whether the answers of a remembered list are still as they were is asked for every
-- visitor: it is answered from this index alone.
CREATE INDEX feedback_published_version ON feedback (id, version) WHERE published IS NOT NULL;
