-- SPDX-License-Identifier: MIT
-- Networks whose connections are turned away.  until is Unix seconds; 0: for
-- ever.
CREATE TABLE bans (
	network TEXT PRIMARY KEY,
	note TEXT NOT NULL,
	since INTEGER NOT NULL,
	until INTEGER NOT NULL
) WITHOUT ROWID;
