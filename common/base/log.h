/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LOG_H
#define NUDGE_LOG_H
/*
 * One line per event: key=value pairs, or JSON.  The only global state of the
 * program.  Loop thread and workers may log at the same time: a line is one
 * write.  A value is quoted when it needs to be; bytes that could forge a line
 * are escaped.  Secrets are never given to the logger.
 */
#include "common/base/slice.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

struct log_field {
	const char *key;
	struct slice text; /* used when text.p is not NULL */
	int64_t num;
};

#define LOG_S(k, s) ((struct log_field){ .key = (k), .text = (s) })
#define LOG_T(k, t) ((struct log_field){ .key = (k), .text = slice_text(t) })
#define LOG_N(k, v) ((struct log_field){ .key = (k), .num = (int64_t)(v) })

/* fd receives the lines (2 by default). */
void log_setup(enum log_level level, bool json, int fd);
bool log_level_parse(struct slice name, enum log_level *out);
bool log_enabled(enum log_level level);

/* event is a short word such as "session-end". */
void log_event(enum log_level level, const char *event,
    const struct log_field *fields, size_t n);

#define log_at(level, event, ...)                                           \
	do {                                                                \
		if (log_enabled(level)) {                                   \
			const struct log_field log_f_[] = { __VA_ARGS__ };  \
			log_event(level, event, log_f_, ARRAY_LEN(log_f_)); \
		}                                                           \
	} while (0)
/* Each takes the event and at least one field. */
#define log_error(event, ...) log_at(LOG_ERROR, event, __VA_ARGS__)
#define log_warn(event, ...)  log_at(LOG_WARN, event, __VA_ARGS__)
#define log_info(event, ...)  log_at(LOG_INFO, event, __VA_ARGS__)
#define log_debug(event, ...) log_at(LOG_DEBUG, event, __VA_ARGS__)

#endif
