-- SPDX-License-Identifier: MIT
-- A password that must be read again, for programs that prove theirs by a
-- digest: sealed with a key among the secrets, as base64.  Empty: there is
-- none, and such programs are refused.
ALTER TABLE accounts ADD COLUMN sealed TEXT NOT NULL DEFAULT '';
