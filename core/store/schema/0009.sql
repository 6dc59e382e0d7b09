-- SPDX-License-Identifier: MIT
-- Accounts whose passwords another server decides about.  home: the name the
-- operator gave that server; empty: this one.  remote_id: what the account is
-- called over there.  verified: when that server last said yes, Unix seconds.
ALTER TABLE accounts ADD COLUMN home TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN remote_id TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN verified INTEGER NOT NULL DEFAULT 0;

-- Not unique: the core looks before it makes one, and a constraint that is
-- violated would take the changes of everybody else in the batch with it.
CREATE INDEX accounts_by_remote ON accounts (home, remote_id)
	WHERE remote_id <> '';
