-- SPDX-License-Identifier: MIT
-- Codes that let people make accounts.  uses: how many may still come with
-- it; a code that is used up has no row.  expires is Unix seconds.
CREATE TABLE invites (
	code TEXT PRIMARY KEY,
	uses INTEGER NOT NULL,
	expires INTEGER NOT NULL
) WITHOUT ROWID;
