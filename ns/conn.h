/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_CONN_H
#define NUDGE_NS_CONN_H
/*
 * One MSNP connection, whatever it turns out to be: a sign-in, a notification
 * session, or a place in a switchboard.  Inside ns/ only.
 */
#include "common/base/arena.h"
#include "core/door/signin.h"
#include "core/session.h"
#include "core/talk/conversation.h"
#include "ns/msnp/dialect.h"
#include "ns/msnp/error.h"
#include "ns/msnp/reader.h"
#include "ns/msnp/sso.h"
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
	/* what is to be proven with, SSO or MD5; empty: no proof is asked for */
	char nonce[SSO_NONCE_TEXT + 1];
};

/* Who has not signed in, as one of a crowd. */
struct visitor {
	struct stranger stranger;
	struct conn *conn;
};

/* Why a connection is not read; any of them pauses its link. */
enum conn_hold {
	HOLD_WAIT = 1,   /* a command waits for the core */
	HOLD_TOKENS = 2, /* it spent its command tokens */
	HOLD_OUTPUT = 4, /* it does not read what it asked for */
	HOLD_SEAT = 8,   /* a slow reader in its conversation */
};

/* The command at work: a request of the core. */
struct job {
	struct request rq;
	struct conn *conn;
	/* of a command about many people: survives its waits */
	unsigned done, found;
	struct buf kept;
};

/* Who spent its tokens; exists until it can pay again. */
struct throttle {
	struct timer timer;
	struct conn *conn;
};

struct challenge;

/* Thousands of these are idle: mind the size. */
struct conn {
	struct list node; /* ns->conns */
	struct ns *ns;
	struct link *link;
	const struct dialect *dialect; /* NULL before VER */
	struct job *job;               /* the command that waits, or NULL */
	struct throttle *throttle;     /* with HOLD_TOKENS, else NULL */
	struct challenge *challenge;   /* NULL: it never had one */
	struct visitor *visitor;       /* while it may be asked to give way */
	char *client;                  /* as CVR said; NULL: it did not */
	struct timer timer;            /* sign-in deadline, then idle */
	uint32_t heard;                /* conn_clock() of the last input */
	uint32_t refilled;    /* conn_clock() of the last token refill */
	uint32_t since;       /* Unix seconds of the sign-in */
	int32_t tokens;       /* command tokens left, in thousandths */
	uint8_t state;        /* enum conn_state */
	uint8_t holds;        /* enum conn_hold */
	bool synced;          /* SYN was answered */
	uint8_t failed_calls; /* CALs in a row that failed (sb 4) */
	bool silent;          /* leaves its seat for having said nothing */
	bool slow;            /* the others wait until it has read */
	/* The state tells which of these it is; zero in every other state. */
	union {
		struct signing *signing; /* CONN_CHALLENGED */
		struct session session;  /* CONN_SIGNED_IN */
		struct member seat;      /* CONN_SEATED */
	};
};

enum {
	VERB_SLOTS = 256
};

struct ns {
	struct core *core;
	struct loop *loop;
	struct ns_config cfg;
	struct list conns;
	size_t nconns;
	struct buf scratch;   /* one line at a time is built here */
	struct map referrals; /* dispatch: (account, address) referred lately */
	struct list referral_age;
	struct arena arena; /* reset after each command */
	struct gateway *gateway;
	struct job *spare;         /* a job nobody uses */
	uint8_t verbs[VERB_SLOTS]; /* hash of a verb: its first row, plus 1 */
};

/* One command as a handler sees it; slices live until it returns. */
struct command {
	const struct command_row *row;
	struct slice trid;        /* empty for verbs without one */
	const struct slice *args; /* behind the TrID; a length included */
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
	uint64_t needs; /* dialect features */
	uint64_t bars;  /* features that took it away: 502 */
	bool trid;
	uint8_t min_args; /* behind the TrID */
	uint8_t max_args; /* 255: any */
	enum refusal no_dialect;
	enum refusal bad_args;
	enum payload_rule payload;
	uint32_t max_payload;
	uint16_t cost;  /* tokens, thousandths of a command */
	uint8_t secret; /* first word behind the verb never logged; 0: none */
	command_fn run;
};

/* Fill the verb index of a new front. */
void command_index(uint8_t verbs[VERB_SLOTS]);
/* The row for this verb and state; *known tells whether the verb exists. */
const struct command_row *command_find(const struct ns *ns, struct slice verb,
    unsigned state, bool *known);

/* ---- conn.c ---- */
/* The scratch buffer, emptied; write one or more lines, then conn_send(). */
struct buf *conn_line(struct conn *c);
void conn_send(struct conn *c);
/* printf to the output; the CR LF is added. */
void conn_printf(struct conn *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* "code TrID", and behind it the length of its payload, which is none. */
void conn_error(struct conn *c, const struct command *in, unsigned code);
/*
 * The start of a reply, "VERB TrID"; words follow with shape_word(), then
 * conn_finish() ends the line and sends it.
 */
struct buf *conn_reply(struct conn *c, const struct command *in);
void conn_finish(struct conn *c);
/*
 * The only way to die: session and seat leave the core at once, nothing more
 * is read or said, queued bytes are flushed; freed when the link is gone.
 */
void conn_end(struct conn *c, enum close_reason why);
/* The error with the TrID, then the end. */
void conn_refuse(struct conn *c, const struct command *in, unsigned code,
    enum close_reason why);
/* Bytes added next leave only when change number seq is durable. */
void conn_barrier(struct conn *c, uint64_t seq);
/*
 * All of one's lists are written between these: they have bounds of their own,
 * and count for that of the output not.  What begin gave is for end.
 */
uint32_t conn_lists_begin(struct conn *c);
void conn_lists_end(struct conn *c, uint32_t from);
/* Stop and go on reading; each reason for itself. */
void conn_hold(struct conn *c, enum conn_hold why);
void conn_release(struct conn *c, enum conn_hold why);
/* Enter a state; the only place where states change. */
void conn_enter(struct conn *c, enum conn_state state);
/* What signing held is wiped away: session or seat may be filled in. */
void conn_signing_end(struct conn *c);
/* loop_now() modulo 2^32: differences mean something for 49 days. */
static inline uint32_t
conn_clock(const struct conn *c)
{
	return (uint32_t)loop_now(c->ns->loop);
}
/* The account signed in here, or NULL. */
static inline struct account *
conn_account(const struct conn *c)
{
	return c->state & CONN_SIGNED_IN ? c->session.account : NULL;
}
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

/* ---- trace.c: what the operator may see; only if trace_any() ---- */
/* A command as it may be logged. */
void ns_masked_line(const struct command_row *row, const struct msnp_line *line,
    struct buf *out);
void ns_trace_in(const struct conn *c, const struct command_row *row,
    const struct msnp_line *line, size_t payload);
/* Whole lines, each with its payload. */
void ns_trace_out(const struct conn *c, struct slice bytes);

/* ---- gate.c: link_user.input ---- */
size_t gate_input(struct link *l, const char *p, size_t n);

/* The job of the command at work. */
struct job *gate_job(const struct command *in);
/*
 * One of the people a command is about is dealt with: what was pinned for
 * that one is let go, and count (of the job) grows by one.  A request holds few pins and
 * waits seldom, a list may be long.
 */
void gate_job_next(const struct command *in, unsigned *count);
/* A command's request is finished or its connection gone. */
void gate_job_end(struct ns *ns, struct job *job);
/* Whoever was throttled is no more. */
void gate_throttle_end(struct conn *c);

/* ---- referral.c: whom dispatch has sent here already ---- */
void referral_init(struct ns *ns);
void referral_free(struct ns *ns);
/*
 * True when this account was referred from this address lately; once for each
 * time it was.
 */
bool referral_take(struct ns *ns, struct slice address, const struct addr *a);
void referral_note(struct ns *ns, struct slice address, const struct addr *a);

/* ---- events.c ---- */
extern const struct front ns_front;

/* ---- handlers, by file ---- */
/* cmd_version.c */
enum result cmd_ver(struct conn *c, const struct command *in);
enum result cmd_ver_again(struct conn *c, const struct command *in);
enum result cmd_cvr(struct conn *c, const struct command *in);
enum result cmd_get(struct conn *c, const struct command *in);
enum result cmd_cvq(struct conn *c, const struct command *in);
enum result cmd_out(struct conn *c, const struct command *in);
/* cmd_signin.c */
enum result cmd_usr(struct conn *c, const struct command *in);
/* cmd_md5.c */
enum result cmd_inf(struct conn *c, const struct command *in);
/* cmd_circle.c */
enum result cmd_usr_again(struct conn *c, const struct command *in);
/* cmd_sync.c */
enum result cmd_syn(struct conn *c, const struct command *in);
/* cmd_sync_apart.c */
enum result cmd_syn_apart(struct conn *c, const struct command *in);
enum result cmd_lst(struct conn *c, const struct command *in);
enum result cmd_lsg(struct conn *c, const struct command *in);
/* cmd_challenge.c */
enum result cmd_chl(struct conn *c, const struct command *in);
enum result cmd_qry(struct conn *c, const struct command *in);
/* What this client is may be asked, now that it is online. */
void challenge_begin(struct conn *c);
/* Its session is over. */
void challenge_end(struct conn *c);
/* cmd_list.c */
enum result cmd_add(struct conn *c, const struct command *in);
enum result cmd_adc(struct conn *c, const struct command *in);
enum result cmd_rem(struct conn *c, const struct command *in);
enum result cmd_rea(struct conn *c, const struct command *in);
enum result cmd_sbp(struct conn *c, const struct command *in);
/* cmd_group.c */
/* The group a word names: a number, or a GUID.  OK or NO_SUCH_GROUP. */
enum result
cmd_group_find(const struct conn *c, struct slice word, unsigned *number);
enum result cmd_adg(struct conn *c, const struct command *in);
enum result cmd_rmg(struct conn *c, const struct command *in);
enum result cmd_reg(struct conn *c, const struct command *in);
/* cmd_book.c */
enum result cmd_adl(struct conn *c, const struct command *in);
enum result cmd_rml(struct conn *c, const struct command *in);
enum result cmd_fqy(struct conn *c, const struct command *in);
/* cmd_data.c */
enum result cmd_uun(struct conn *c, const struct command *in);
enum result cmd_uum(struct conn *c, const struct command *in);
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
enum result cmd_fnd(struct conn *c, const struct command *in);
enum result cmd_vas(struct conn *c, const struct command *in);
enum result cmd_silence(struct conn *c, const struct command *in);
/* switchboard/ */
enum result sb_xfr(struct conn *c, const struct command *in);
enum result sb_usr(struct conn *c, const struct command *in);
enum result sb_ans(struct conn *c, const struct command *in);
enum result sb_cal(struct conn *c, const struct command *in);
enum result sb_msg(struct conn *c, const struct command *in);
enum result sb_out(struct conn *c, const struct command *in);
enum result sb_usr_again(struct conn *c, const struct command *in);
/* Leave the seat; conn_end() calls it. */
void sb_leave(struct conn *c);
/* The slow-reader rule: link_user.drained in CONN_SEATED. */
void sb_drained(struct conn *c);

#endif
