/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_CONN_H
#define NUDGE_NS_CONN_H
/*
 * One MSNP connection, whatever it turns out to be: a sign-in, a notification
 * session, or a place in a switchboard.  Inside ns/ only.
 */
#include "common/base/arena.h"
#include "core/conversation.h"
#include "core/session.h"
#include "core/signin.h"
#include "ns/msnp/dialect.h"
#include "ns/msnp/error.h"
#include "ns/msnp/reader.h"
#include "ns/ns.h"

/* States are bits so that a command's row can name several. */
enum conn_state {
	CONN_NEW = 1,
	CONN_CVR0 = 2, /* offered CVR0 alone */
	CONN_VERSIONED = 4,
	CONN_CHALLENGED = 8, /* USR I was answered */
	CONN_AUTHED = 16,    /* USR OK; presence still offline */
	CONN_ONLINE = 32,    /* after the first CHG */
	CONN_SEATED = 64,    /* in a switchboard */
	CONN_ENDED = 128,
};

enum {
	CONN_SIGNED_IN = CONN_AUTHED | CONN_ONLINE,
	CONN_ANY_NS = CONN_NEW | CONN_CVR0 | CONN_VERSIONED | CONN_CHALLENGED |
	    CONN_SIGNED_IN,
};

/* What is known before USR OK, dropped after it. */
struct signing {
	char address[ADDRESS_MAX + 1];
};

struct job; /* the command at work: a request of the core */

struct conn {
	struct list node; /* ns->conns */
	struct ns *ns;
	struct link *link;
	const struct dialect *dialect; /* NULL before VER */
	struct signing *signing;
	struct job *job;    /* not NULL while a command waits */
	struct timer timer; /* sign-in deadline, then idle */
	struct timer throttle;
	uint64_t heard;    /* loop_now() of the last input */
	uint64_t refilled; /* loop_now() of the last token refill */
	int32_t tokens;    /* command tokens left, in thousandths */
	uint8_t state;
	bool synced;            /* SYN was answered */
	struct session session; /* NS: valid in CONN_SIGNED_IN */
	struct member seat;     /* SB: valid in CONN_SEATED */
	uint8_t failed_calls;   /* CALs in a row that failed (sb 4) */
	bool silent;            /* leaves its seat for having said nothing */
	bool slow;              /* the others wait until it has read */
};

struct ns {
	struct core *core;
	struct loop *loop;
	struct ns_config cfg;
	struct list conns;
	size_t nconns;
	size_t nsigning;      /* connections before USR OK */
	struct buf scratch;   /* one line at a time is built here */
	struct map referrals; /* dispatch: (account, address) referred lately */
	struct list referral_age;
	struct arena arena; /* reset after each command */
};

/* One command as a handler sees it; slices live until it returns. */
struct command {
	const struct command_row *row;
	struct slice trid;        /* empty for verbs without one */
	const struct slice *args; /* behind the TrID */
	unsigned nargs;
	struct slice payload;
	struct request *rq;
};

/*
 * A handler returns OK when it has answered (or ended the connection, or wants
 * silence), WAIT to be run again, and anything else to have the gate send the
 * error of msnp_error() with the TrID.
 */
typedef enum result (*command_fn)(struct conn *c, const struct command *in);

enum payload_rule {
	PAYLOAD_NONE,
	PAYLOAD_LAST_WORD
};

/* What the gate does when a row forbids: dialect or number of arguments. */
enum refusal {
	REFUSE_CLOSE,
	REFUSE_201,
	REFUSE_502,
	REFUSE_715,
	REFUSE_911_CLOSE
};

struct command_row {
	char verb[4];
	uint8_t states; /* mask; another state: next row, else close */
	uint32_t needs; /* dialect features */
	uint32_t bars;  /* features that must be absent */
	bool trid;
	uint8_t min_args; /* behind the TrID */
	uint8_t max_args; /* more are ignored by handlers; 255: any */
	enum refusal no_dialect;
	enum refusal bad_args;
	enum payload_rule payload;
	uint32_t max_payload;
	uint16_t cost; /* tokens, thousandths of a command */
	command_fn run;
};

/* The row for this verb and state; *known tells whether the verb exists. */
const struct command_row *
command_find(struct slice verb, unsigned state, bool *known);

/* ---- conn.c ---- */
/* The scratch buffer, emptied; write one or more lines, then conn_send(). */
struct buf *conn_line(struct conn *c);
void conn_send(struct conn *c);
/* printf to the output; the CR LF is added. */
void conn_printf(struct conn *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "code TrID" */
void conn_error(struct conn *c, const struct command *in, unsigned code);
/*
 * The only way to die: unlinked at once, queued bytes are flushed, freed when
 * the link is gone.
 */
void conn_end(struct conn *c, enum close_reason why);
/* Enter a state; the only place where states change. */
void conn_enter(struct conn *c, enum conn_state state);
/* "host:port" told in XFR and RNG to this client. */
void conn_add_own_address(const struct conn *c, struct buf *b);
static inline struct conn *
conn_of_session(struct session *s)
{
	return CONTAINER_OF(s, struct conn, session);
}
static inline struct conn *
conn_of_seat(struct member *m)
{
	return CONTAINER_OF(m, struct conn, seat);
}

/* ---- gate.c: link_user.input ---- */
size_t gate_input(struct link *l, const char *p, size_t n);

/* ---- events.c ---- */
extern const struct front ns_front;

/* ---- handlers, by file ---- */
/* cmd_version.c */
enum result cmd_ver(struct conn *c, const struct command *in);
enum result cmd_ver_again(struct conn *c, const struct command *in);
enum result cmd_cvr(struct conn *c, const struct command *in);
enum result cmd_cvq(struct conn *c, const struct command *in);
enum result cmd_out(struct conn *c, const struct command *in);
/* cmd_signin.c */
enum result cmd_usr(struct conn *c, const struct command *in);
enum result cmd_usr_again(struct conn *c, const struct command *in);
/* cmd_sync.c */
enum result cmd_syn(struct conn *c, const struct command *in);
/* cmd_list.c */
enum result cmd_add(struct conn *c, const struct command *in);
enum result cmd_adc(struct conn *c, const struct command *in);
enum result cmd_rem(struct conn *c, const struct command *in);
enum result cmd_rea(struct conn *c, const struct command *in);
enum result cmd_sbp(struct conn *c, const struct command *in);
/* cmd_group.c */
enum result cmd_adg(struct conn *c, const struct command *in);
enum result cmd_rmg(struct conn *c, const struct command *in);
enum result cmd_reg(struct conn *c, const struct command *in);
/* cmd_property.c */
enum result cmd_gtc(struct conn *c, const struct command *in);
enum result cmd_blp(struct conn *c, const struct command *in);
enum result cmd_prp(struct conn *c, const struct command *in);
/* cmd_presence.c */
enum result cmd_chg(struct conn *c, const struct command *in);
enum result cmd_uux(struct conn *c, const struct command *in);
enum result cmd_png(struct conn *c, const struct command *in);
/* cmd_misc.c */
enum result cmd_url(struct conn *c, const struct command *in);
enum result cmd_snd(struct conn *c, const struct command *in);
enum result cmd_sdc(struct conn *c, const struct command *in);
enum result cmd_ims(struct conn *c, const struct command *in);
enum result cmd_gcf(struct conn *c, const struct command *in);
enum result cmd_pag(struct conn *c, const struct command *in);
enum result cmd_qry(struct conn *c, const struct command *in);
enum result cmd_silence(struct conn *c, const struct command *in);
/* switchboard/ */
enum result sb_xfr(struct conn *c, const struct command *in);
enum result sb_usr(struct conn *c, const struct command *in);
enum result sb_ans(struct conn *c, const struct command *in);
enum result sb_cal(struct conn *c, const struct command *in);
enum result sb_msg(struct conn *c, const struct command *in);
enum result sb_out(struct conn *c, const struct command *in);
enum result sb_usr_again(struct conn *c, const struct command *in);
/* Leave whatever seat c has; conn_end() calls it. */
void sb_leave(struct conn *c);
/* The slow-reader rule: link_user.drained in CONN_SEATED. */
void sb_drained(struct conn *c);

#endif
