-- SPDX-License-Identifier: MIT
-- Accounts, whom they know, and the server's own secrets.
-- lists_changed and settings_changed are Unix milliseconds.

-- AUTOINCREMENT keeps the id of a deleted account from being given again: a
-- ticket made for it must never fit somebody else.
CREATE TABLE accounts (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	address TEXT NOT NULL UNIQUE,
	password TEXT NOT NULL,
	epoch INTEGER NOT NULL DEFAULT 0,
	flags INTEGER NOT NULL DEFAULT 0,
	serial INTEGER NOT NULL DEFAULT 0,
	created INTEGER NOT NULL DEFAULT 0,
	lists_changed INTEGER NOT NULL DEFAULT 0,
	settings_changed INTEGER NOT NULL DEFAULT 0,
	name TEXT NOT NULL DEFAULT '',
	group0 TEXT NOT NULL DEFAULT '',
	phone_home TEXT NOT NULL DEFAULT '',
	phone_work TEXT NOT NULL DEFAULT '',
	phone_mobile TEXT NOT NULL DEFAULT '',
	reserve TEXT NOT NULL DEFAULT ''
);

-- position counts up within one owner: contacts are listed in the order in
-- which they were first added.
CREATE TABLE contacts (
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	address TEXT NOT NULL,
	position INTEGER NOT NULL,
	id BLOB NOT NULL,
	lists INTEGER NOT NULL,
	groups INTEGER NOT NULL,
	name TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (owner, address)
) WITHOUT ROWID;

-- For the end of an account, which leaves everybody's list.
CREATE INDEX contacts_by_address ON contacts (address);

CREATE TABLE groups (
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	number INTEGER NOT NULL,
	id BLOB NOT NULL,
	name TEXT NOT NULL,
	PRIMARY KEY (owner, number)
) WITHOUT ROWID;

CREATE TABLE secrets (
	name TEXT PRIMARY KEY,
	value BLOB NOT NULL
) WITHOUT ROWID;

-- One row that is written to find out whether the disk takes writes again.
CREATE TABLE probe (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	filler BLOB NOT NULL
);
