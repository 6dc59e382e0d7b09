-- SPDX-License-Identifier: MIT
-- Messages stay for a while after they were read.  read: when their reader
-- opened them, Unix seconds; 0: not yet.  kept: it stays when those that were
-- read go.
ALTER TABLE messages ADD COLUMN read INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;

CREATE INDEX messages_read ON messages (read) WHERE read <> 0 AND kept = 0;
