/* SPDX-License-Identifier: MIT */
/* What libcurl is told of one question, and what its answers mean. */
#include "common/http/fetch_priv.h"

#include "common/base/panic.h"

#include <stdio.h>

enum {
	EASY_IDLE_S = 60 /* a connection older than this is not used again */
};

static size_t
on_body(char *p, size_t each, size_t n, void *ctx)
{
	struct fetch_run *run = ctx;

	buf_add(&run->reply, p, each * n);
	if (buf_ok(&run->reply))
		return each * n;
	run->large = true;
	return 0;
}

static size_t
on_header(char *p, size_t each, size_t n, void *ctx)
{
	struct fetch_run *run = ctx;

	(void)p;
	run->header_bytes += each * n;
	if (run->header_bytes <= FETCH_HEADER_MAX)
		return each * n;
	run->large = true;
	return 0;
}

#define SET(option, value) \
	(void)lib->easy_setopt(run->easy, CURLOPT_##option, value)

/* Whom to believe. */
static void
tell_trust(struct fetch_run *run)
{
	const struct fetch_lib *lib = run->f->lib;
	const struct fetch_config *cfg = &run->f->cfg;

	SET(SSL_VERIFYPEER, 1L);
	SET(SSL_VERIFYHOST, 2L);
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (cfg->ca[0] != '\0')
		SET(CAINFO, cfg->ca);
	/* with a folder beside the file, what was read is not kept */
	SET(CAPATH, NULL);
	SET(CA_CACHE_TIMEOUT, -1L);
	if (cfg->pin[0] != '\0')
		SET(PINNEDPUBLICKEY, cfg->pin);
}

/* What it would do by itself. */
static void
tell_not(struct fetch_run *run)
{
	const struct fetch_lib *lib = run->f->lib;

	SET(PROXY, "");
	SET(FOLLOWLOCATION, 0L);
	SET(HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(NOSIGNAL, 1L);
	/* a name that is still looked for is not waited for */
	SET(QUICK_EXIT, 1L);
	SET(MAXAGE_CONN, (long)EASY_IDLE_S);
}

static void
add_header(struct fetch_run *run, const char *name, struct slice value)
{
	const struct fetch_lib *lib = run->f->lib;
	struct buf line = BUF_INIT(1024);
	struct curl_slist *more;

	buf_addf(&line, "%s: " SLICE_FMT, name, SLICE_ARG(value));
	buf_add_char(&line, '\0');
	more = buf_ok(&line) ? lib->slist_append(run->headers, line.p) : NULL;
	if (more != NULL)
		run->headers = more;
	buf_free(&line);
}

static void
tell_question(struct fetch_run *run)
{
	const struct fetch_lib *lib = run->f->lib;

	add_header(run, "Content-Type", run->job->type);
	add_header(run, "Accept", SLICE_LIT("text/xml, application/soap+xml"));
	if (run->job->via.n > 0)
		add_header(run, "X-RST-Via", run->job->via);
	/* an empty value takes libcurl's own line away */
	add_header(run, "Expect", SLICE_LIT(""));
	SET(HTTPHEADER, run->headers);
	SET(USERAGENT, "Nudge");
	SET(FRESH_CONNECT, run->job->fresh ? 1L : 0L);
	SET(POST, 1L);
	SET(POSTFIELDS, run->body.p);
	SET(POSTFIELDSIZE, (long)run->body.n);
	SET(MAXFILESIZE_LARGE, (curl_off_t)run->f->cfg.max_reply);
	SET(WRITEFUNCTION, on_body);
	SET(WRITEDATA, run);
	SET(HEADERFUNCTION, on_header);
	SET(HEADERDATA, run);
}

bool
fetch_easy_open(struct fetch_run *run, uint64_t ms)
{
	const struct fetch_lib *lib = run->f->lib;

	run->easy = lib->easy_init();
	if (run->easy == NULL)
		return false;
	SET(PRIVATE, run);
	SET(URL, run->url);
	SET(PROTOCOLS_STR, "https,http");
	SET(ERRORBUFFER, run->error);
	SET(TIMEOUT_MS, (long)ms);
	SET(CONNECTTIMEOUT_MS, (long)ms);
	tell_trust(run);
	tell_not(run);
	if (run->job != NULL)
		tell_question(run);
	return true;
}

void
fetch_easy_close(struct fetch_run *run)
{
	const struct fetch_lib *lib = run->f->lib;

	if (run->easy == NULL)
		return;
	lib->easy_cleanup(run->easy);
	lib->slist_free_all(run->headers);
	run->easy = NULL;
}

static enum fetch_end
end_of(const struct fetch_run *run, CURLcode code)
{
	/* clang-format off */
	static const struct {
		CURLcode       code;
		enum fetch_end how;
	} rows[] = {
		{ CURLE_OK,                       FETCH_ANSWERED },
		{ CURLE_COULDNT_RESOLVE_HOST,     FETCH_UNRESOLVED },
		{ CURLE_COULDNT_CONNECT,          FETCH_UNREACHABLE },
		{ CURLE_SSL_CONNECT_ERROR,        FETCH_NO_TLS },
		{ CURLE_PEER_FAILED_VERIFICATION, FETCH_UNTRUSTED },
		{ CURLE_SSL_CACERT_BADFILE,       FETCH_UNTRUSTED },
		{ CURLE_SSL_ISSUER_ERROR,         FETCH_UNTRUSTED },
		{ CURLE_SSL_PINNEDPUBKEYNOTMATCH, FETCH_WRONG_PIN },
		{ CURLE_OPERATION_TIMEDOUT,       FETCH_TOO_LATE },
		{ CURLE_FILESIZE_EXCEEDED,        FETCH_TOO_LARGE },
		{ CURLE_PARTIAL_FILE,             FETCH_CUT_OFF },
		{ CURLE_GOT_NOTHING,              FETCH_CUT_OFF },
		{ CURLE_RECV_ERROR,               FETCH_CUT_OFF },
		{ CURLE_SEND_ERROR,               FETCH_CUT_OFF },
	};
	/* clang-format on */

	if (run->large)
		return FETCH_TOO_LARGE;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].code == code)
			return rows[i].how;
	return FETCH_BROKEN;
}

static int64_t
time_of(const struct fetch_run *run, CURLINFO what)
{
	curl_off_t us = 0;

	(void)run->f->lib->easy_getinfo(run->easy, what, &us);
	return us;
}

void
fetch_easy_read(const struct fetch_run *run, CURLcode code,
    struct fetch_job *job)
{
	const struct fetch_lib *lib = run->f->lib;
	char *there = NULL;
	long status = 0;

	job->how = end_of(run, code);
	(void)lib->easy_getinfo(run->easy, CURLINFO_RESPONSE_CODE, &status);
	(void)lib->easy_getinfo(run->easy, CURLINFO_REDIRECT_URL, &there);
	job->status = (unsigned)status;
	job->location = there == NULL ? (struct slice){ 0 } : slice_text(there);
	job->reply = buf_slice(&run->reply);
	job->resolved = time_of(run, CURLINFO_NAMELOOKUP_TIME_T);
	job->connected = time_of(run, CURLINFO_CONNECT_TIME_T);
	job->secured = time_of(run, CURLINFO_APPCONNECT_TIME_T);
	job->ended = time_of(run, CURLINFO_TOTAL_TIME_T);
	snprintf(job->why, sizeof(job->why), "%.*s", FETCH_WHY_MAX - 1,
	    run->error[0] != '\0' ? run->error : lib->easy_strerror(code));
}
