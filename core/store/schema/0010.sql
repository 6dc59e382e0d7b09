-- SPDX-License-Identifier: MIT
-- What people report of others.  author and target are accounts, and NULL once
-- these are deleted; about is the address that was typed, whether there is such
-- an account or not.  Times are Unix seconds; closed 0: open.
CREATE TABLE reports (
	id INTEGER PRIMARY KEY,
	author INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
	target INTEGER REFERENCES accounts (id) ON DELETE SET NULL,
	about TEXT NOT NULL,
	kind TEXT NOT NULL,
	made INTEGER NOT NULL,
	closed INTEGER NOT NULL,
	text TEXT NOT NULL,
	note TEXT NOT NULL
);
CREATE INDEX reports_by_author ON reports (author);
CREATE INDEX reports_by_target ON reports (target);
