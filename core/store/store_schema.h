/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_STORE_SCHEMA_H
#define NUDGE_STORE_SCHEMA_H
/*
 * schema/NNNN.sql, compiled in: element n makes version n + 1 out of n.
 */
extern const char *const store_schema_sql[];
extern const int store_schema_count;

#endif
