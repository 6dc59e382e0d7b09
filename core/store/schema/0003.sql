-- SPDX-License-Identifier: MIT
-- Messages for people who were away, kept until their reader deletes them.
-- position: the order in which they came.  run and number: the sender's own
-- order, a GUID for one run of its program and a count within it.  sent is
-- Unix milliseconds, size the bytes of the text.
CREATE TABLE messages (
	position INTEGER PRIMARY KEY,
	id BLOB NOT NULL,
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	sender TEXT NOT NULL,
	name TEXT NOT NULL,
	sent INTEGER NOT NULL,
	run BLOB NOT NULL,
	number INTEGER NOT NULL,
	size INTEGER NOT NULL,
	body TEXT NOT NULL
);

CREATE INDEX messages_by_owner ON messages (owner, id);
