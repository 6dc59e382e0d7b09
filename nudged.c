/* SPDX-License-Identifier: MIT */
/*
 * The program: it reads the settings, builds the house from the floor up, opens
 * the doors, and takes it down in the opposite order.
 */
#include "common/base/log.h"
#include "roof/roof.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	/*
	 * EX_CONFIG: no start will do until somebody changes something.
	 * packaging/nudge.service.in keeps systemd from trying.
	 */
	EXIT_HOPELESS = 78
};

static void
complain(const char *err)
{
	struct slice rest = slice_text(err), line;

	while (slice_cut(&rest, '\n', &line))
		(void)fprintf(stderr, "nudged: " SLICE_FMT "\n",
		    SLICE_ARG(line));
}

/* It will not start: also for "systemctl status". */
static int
give_up(const struct server *s, const char *err)
{
	complain(err);
	if (s->opts.check || s->opts.print_config)
		return EXIT_FAILURE;
	service_status(err);
	return s->may_pass ? EXIT_FAILURE : EXIT_HOPELESS;
}

static void
print(struct buf *b)
{
	if (b->n > 0)
		(void)fwrite(b->p, 1, b->n, stdout);
	buf_free(b);
}

/* True when the command line only asked to be told something. */
static bool
told(const struct options *o)
{
	struct buf out = BUF_INIT(1 << 20);

	if (o->help) {
		options_usage(&out);
	} else if (o->version) {
		buf_add_text(&out, "nudged ");
		buf_add_text(&out, nudge_version);
		buf_add_char(&out, '\n');
	} else if (o->describe) {
		conf_describe(&out);
	}
	print(&out);
	return o->help || o->version || o->describe;
}

static bool
only_settings(const struct server *s)
{
	struct buf out = BUF_INIT(1 << 20);

	if (s->opts.print_config)
		conf_print(s->conf, &out);
	else if (s->opts.check)
		buf_add_text(&out, "the settings are fine\n");
	print(&out);
	return s->opts.print_config || s->opts.check;
}

/*
 * Everything that stays is allocated by one thread; an arena for each of the
 * others would only hold what they no longer use.  The thresholds are the C
 * library's own, but fixed: it would raise them after the first big block.
 */
static void
settle_memory(void)
{
	(void)mallopt(M_ARENA_MAX, 1);
	(void)mallopt(M_MMAP_THRESHOLD, 128 * 1024);
	(void)mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}

int
main(int argc, char **argv)
{
	static struct server s;
	struct buf warn = BUF_INIT(65536);
	char err[16 * 1024] = ""; /* a line for each wrong setting */

	settle_memory();
	if (options_parse(&s.opts, argc, argv, environ, err, sizeof(err)) != 0)
		return give_up(&s, err);
	if (told(&s.opts))
		return 0;
	s.conf = options_conf(&s.opts, &warn, err, sizeof(err));
	if (warn.n > 0)
		(void)fprintf(stderr, SLICE_FMT, SLICE_ARG(buf_slice(&warn)));
	buf_free(&warn);
	if (s.conf == NULL || roof_upstream_check(&s, err, sizeof(err)) != 0 ||
	    roof_tls_check(&s, err, sizeof(err)) != 0)
		return give_up(&s, err);
	if (only_settings(&s))
		return 0;
	roof_log_settings(&s);
	service_harden();
	if (roof_build(&s, err, sizeof(err)) != 0)
		return give_up(&s, err);
	roof_kept_start(&s);
	roof_say_ready(&s);
	roof_advise(&s);
	/* give back what making keys and certificates needed */
	(void)malloc_trim(0);
	service_ready(s.service);
	loop_run(s.loop);
	roof_take_down(&s);
	return 0;
}
