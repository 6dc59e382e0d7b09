-- SPDX-License-Identifier: MIT
-- Messages stay for a while after they were read.  read: when their reader
-- opened them, Unix seconds; 0: not yet.  kept: it stays when those that were
-- read go.
ALTER TABLE messages ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

CREATE INDEX messages_read ON messages (read) WHERE read <> 0 AND kept = 0;

-- Addresses from which accounts signed in.  Times are Unix seconds.
CREATE TABLE signins (
	owner INTEGER NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	peer TEXT NOT NULL,
	first INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (owner, peer)
) WITHOUT ROWID;

CREATE INDEX signins_by_last ON signins (last);
