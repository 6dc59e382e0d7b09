-- SPDX-License-Identifier: MIT
-- What changed when, so that an address book can be brought up to date by
-- what is new, and cards.  Stamps are 100 ns ticks since 1970, and rise with
-- every change within one account.

-- stamp: the newest of all.  forgotten: changes up to here may lack the traces
-- of what was deleted.  numbers: no position up to here that is not in use is
-- ever given again.
ALTER TABLE accounts ADD COLUMN stamp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN numbers INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN card TEXT NOT NULL DEFAULT '';

-- A contact that is on no list (lists = 0) is the trace of a deleted one.
-- gone: the lists it was on once and is not now.  changed is 0 for what has
-- not changed since this version came.
ALTER TABLE contacts ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN card TEXT NOT NULL DEFAULT '';

CREATE INDEX contacts_deleted ON contacts (owner, changed) WHERE lists = 0;

ALTER TABLE groups ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE groups ADD COLUMN card TEXT NOT NULL DEFAULT '';

-- The traces of deleted groups; their numbers are given again.
CREATE TABLE groups_deleted (
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	id BLOB NOT NULL,
	number INTEGER NOT NULL,
	changed INTEGER NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (owner, id)
) WITHOUT ROWID;

CREATE INDEX groups_deleted_when ON groups_deleted (owner, changed);

-- Nothing is known of changes before this version but when the last one was.
UPDATE accounts SET
	stamp = max(min(lists_changed, 900000000000000), 0) * 10000,
	forgotten = max(min(lists_changed, 900000000000000), 0) * 10000;
