-- SPDX-License-Identifier: MIT
-- cid: the number that stands for an account where numbers do, drawn at random
-- when the account is made.  0: made before this version, whose number follows
-- from the id.
ALTER TABLE accounts ADD COLUMN cid INTEGER NOT NULL DEFAULT 0;

CREATE INDEX accounts_by_cid ON accounts (cid) WHERE cid <> 0;

-- read: when the reader opened it, Unix seconds; 0: not yet.  kept: it stays
-- when those that were read go.
ALTER TABLE messages ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

CREATE INDEX messages_read ON messages (read) WHERE read <> 0 AND kept = 0;
