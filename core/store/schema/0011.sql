-- SPDX-License-Identifier: MIT
-- cid: the number that stands for an account where numbers do, drawn at random
-- when the account is made.  0: made before this version, whose number follows
-- from the id.
ALTER TABLE accounts ADD COLUMN cid INTEGER NOT NULL DEFAULT 0;

CREATE INDEX accounts_by_cid ON accounts (cid) WHERE cid <> 0;
