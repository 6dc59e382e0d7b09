-- SPDX-License-Identifier: MIT
-- Small things that belong to an account and are known by a name of their own
-- which nobody else's may have: nicknames, rooms.  All of them are in memory.
CREATE TABLE kept (
	kind INTEGER NOT NULL,
	name TEXT NOT NULL,
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	value BLOB NOT NULL,
	PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE INDEX kept_by_owner ON kept (owner);
