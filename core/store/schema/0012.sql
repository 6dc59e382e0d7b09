-- SPDX-License-Identifier: MIT
-- Networks from which accounts signed in well of late, so that strangers'
-- guesses do not keep their owners out.  No address can be read from a mark: it
-- is a keyed digest of the account's address and the network.  seen: the day,
-- counted from 1970.  Few for each account, and none for longer than a month.
CREATE TABLE networks (
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	mark BLOB NOT NULL,
	seen INTEGER NOT NULL,
	PRIMARY KEY (owner, mark)
) WITHOUT ROWID;

CREATE INDEX networks_by_mark ON networks (mark);
CREATE INDEX networks_by_day ON networks (seen);
