-- SPDX-License-Identifier: MIT
-- What accounts show of themselves to web services, beside their names.  Most
-- accounts have no row.  Times are 100 ns ticks since 1970, 0 for never.
-- picture stands last: what is before it is read without it.
CREATE TABLE profiles (
	owner INTEGER PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
	name_time INTEGER NOT NULL DEFAULT 0,
	status_time INTEGER NOT NULL DEFAULT 0,
	status TEXT NOT NULL DEFAULT '',
	picture_time INTEGER NOT NULL DEFAULT 0,
	picture_type INTEGER NOT NULL DEFAULT 0,
	picture BLOB NOT NULL DEFAULT x''
);
