/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_USER_H
#define NUDGE_CHAT_USER_H
/*
 * One connection of the chat front and whoever is behind it.  Inside chat/
 * only.
 */
#include "chat/chat.h"
#include "chat/gatekeeper.h"
#include "chat/ircx/dialect.h"
#include "chat/ircx/name.h"
#include "chat/ircx/writer.h"
#include "core/people/account.h"

/* The sender of what the server says; a dot tells it from a nickname. */
#define CHAT_SERVER "chat.nudge"

/* States are bits so that a command's row can name several. */
enum user_state {
	USER_NEW = 1,
	USER_CHALLENGED = 2, /* AUTH I was answered */
	USER_TICKET = 4,     /* GateKeeper is done, a ticket must follow */
	USER_PROVED = 8,     /* who it is; a name is missing */
	USER_LOOKING = 16,   /* welcome in the directory */
	USER_IN = 32,        /* welcome in the rooms */
	USER_ENDED = 64,
	/* no state: the last word of such a row is bytes, not text */
	USER_TOKENS = 128,
};

enum {
	USER_BEFORE = USER_NEW | USER_CHALLENGED | USER_TICKET | USER_PROVED,
	USER_ROOMS_MAX = 10, /* one person is in */
	AWAY_MAX = 160,
	GUESS_MS = 4000,        /* silence of who waits for an answer */
	ENTRY_BYTES_MAX = 8192, /* said before the welcome */
	SKIP_MAX = 16384,       /* of a line that is too long */
	SECRET_MAX = 1024       /* of a ticket with its profile */
};

/* Who somebody is known to be. */
enum user_kind {
	KIND_NONE,
	KIND_GUEST,  /* GateKeeper: by its machine */
	KIND_MEMBER, /* an account */
	KIND_PLAIN,  /* nothing but an address */
	KINDS
};

/* Why a connection is not read; any of them pauses its link. */
enum user_hold {
	HOLD_WAIT = 1,   /* a command waits for the core */
	HOLD_TOKENS = 2, /* it said too much */
	HOLD_OUTPUT = 4, /* it does not read what it asked for */
};

/* What is known before the welcome, dropped after it. */
struct entry {
	struct stranger stranger;
	struct user *of;
	enum chat_stage stage;
	const struct package *package;
	char package_name[24]; /* as the client spells it */
	uint32_t number;       /* of its GateKeeper */
	unsigned char challenge[GK_CHALLENGE];
	struct buf secret; /* the ticket as far as it came */
	unsigned bytes;    /* heard so far */
	bool guessed;      /* the stage: its IRCVERS was not clear */
	bool user;         /* USER was said */
	bool named;        /* NICK was said */
	bool capable;      /* CAP LS without CAP END */
	bool sasl;         /* AUTHENTICATE PLAIN was said */
	bool pass;         /* PASS with an account was: it is the secret */
	bool id_shown;     /* that of its registered nickname */
	bool told;         /* that it must prove itself */
};

/* The command at work: a request of the core. */
struct job {
	struct request rq;
	struct user *user;
};

struct throttle;
struct watcher;
struct room;

struct user {
	struct map_node by_nick; /* chat->nicks; USER_IN */
	struct list node;        /* chat->users */
	struct chat *chat;
	struct link *link;
	const struct ircx_dialect *dialect;
	struct job *job;           /* the command that waits, or NULL */
	struct throttle *throttle; /* with HOLD_TOKENS, else NULL */
	struct entry *entry;       /* USER_BEFORE */
	struct watcher *watcher;   /* who looks at events, else NULL */
	struct room *own;          /* no room: whom it does not hear, or NULL */
	/* pinned, of KIND_MEMBER; of a guest who showed the staff's role */
	struct account *account;
	struct blob *away; /* NULL: here */
	struct list seats;
	struct timer timer; /* sign-in deadline, then pings */
	int64_t since;      /* Unix seconds */
	uint64_t told;      /* chat->round of the last notice to many rooms */
	uint32_t epoch;     /* of the account when it came */
	uint32_t heard;     /* user_clock() of the last input */
	uint32_t spoken;    /* of the last text */
	uint32_t refilled;  /* of the last token refill */
	int32_t tokens;     /* lines left, in thousandths */
	uint16_t skipped;   /* bytes of a line that is too long */
	uint8_t nseats;
	uint8_t state; /* enum user_state */
	uint8_t holds; /* enum user_hold */
	uint8_t kind;  /* enum user_kind */
	uint8_t profile;
	uint8_t staff; /* enum staff */
	bool gagged;   /* what it says is heard by nobody */
	bool ircx;     /* said IRCX or IRCVERS */
	bool titled;   /* its name is registered and rightly borne */
	bool pinged;
	bool subscriber;
	bool deaf;    /* +i: not told to strangers */
	bool capable; /* CAP REQ of sasl was granted */
	uint8_t nick_n;
	char nick[NICK_MAX + 1];
	char folded[NICK_MAX + 1];
	char id[GK_IDENTITY + 1];
};

enum {
	CHAT_VERBS = 256 /* slots of their index */
};

struct chat {
	struct core *core;
	struct loop *loop;
	struct chat_config cfg;
	struct list users;
	struct list watchers;
	size_t nusers;
	size_t nin; /* USER_IN */
	size_t most_in;
	struct map nicks;
	struct map rooms;
	struct map shares;        /* who opened how many */
	struct request *rq;       /* of the command at work, or NULL */
	struct room *network;     /* no room: its access list is everybody's */
	struct penalty *failures; /* of AUTH, by peer address group */
	struct buf scratch;       /* one line at a time is built here */
	struct arena arena;       /* reset after each command */
	struct job *spare;
	struct deferred epochs; /* core->epochs */
	uint64_t round;
	uint64_t seed[2]; /* of identities made from addresses */
	uint8_t verbs[CHAT_VERBS];
};

/* One command as a handler sees it; slices live until it returns. */
struct command {
	const struct command_row *row;
	const struct slice *args;
	unsigned nargs;
	struct request *rq;
};

/*
 * A handler returns OK when it has answered, ended the connection, or wants
 * silence; WAIT to be run again.
 */
typedef enum result (*command_fn)(struct user *u, const struct command *in);

struct command_row {
	const char *verb;
	uint8_t states; /* mask */
	uint8_t min_args;
	uint16_t cost;  /* thousandths of a line */
	uint8_t secret; /* first word behind the verb never logged; 0: none */
	command_fn run;
};

/* ---- commands.c ---- */
void command_rows_index(uint8_t verbs[CHAT_VERBS]);
/* The row for this verb and state; *known tells whether the verb exists. */
const struct command_row *command_row_find(const struct chat *chat,
    struct slice verb, unsigned state, bool *known);

/* ---- user.c ---- */
/* The scratch buffer, emptied; write one line, then user_finish(). */
struct buf *user_line(struct user *u);
void user_finish(struct user *u);
/* What it is told next waits for seq, and for what the command at work saw. */
void user_wait(struct user *u, uint64_t seq);
/* A line of this form; CR LF is added. */
void user_printf(struct user *u, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The start of a reply, ":server 000 nick"; words follow, user_finish(). */
struct buf *user_reply(struct user *u, enum numeric n);
/* A whole reply: the text of its row, or words before it. */
void user_tell(struct user *u, enum numeric n);
void user_say(struct user *u, enum numeric n, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
/* The same about a room, named as this reader knows it; fmt may be NULL. */
void user_say_room(struct user *u, enum numeric n, const struct room *r,
    const char *fmt, ...) PRINTF_LIKE(4, 5);
/* ":nick!id@domain" */
void user_add_prefix(struct buf *b, const struct user *u);
const char *user_domain(const struct user *u);
static inline struct slice
user_nick(const struct user *u)
{
	return slice_make(u->nick, u->nick_n);
}
/* As who else sees it in a room. */
struct member_look user_look(const struct user *u, enum level level);
/* The person of this name in the rooms, or NULL. */
struct user *user_find(const struct chat *chat, struct slice nick);
/* The only place where states change. */
void user_enter(struct user *u, enum user_state state);
/* Its name; in the rooms the index follows. */
void user_set_nick(struct user *u, struct slice nick);
void user_hold(struct user *u, enum user_hold why);
void user_release(struct user *u, enum user_hold why);
/*
 * The only way to die: it leaves its rooms at once, with these words; nothing
 * more is read or said, queued bytes are flushed; freed when the link is gone.
 */
void user_end_saying(struct user *u, enum close_reason why, struct slice words);
void user_end(struct user *u, enum close_reason why);
/* "ERROR :Closing Link: ...", then the end. */
void user_end_error(struct user *u, enum close_reason why, const char *words);
static inline uint32_t
user_clock(const struct user *u)
{
	return (uint32_t)loop_now(u->chat->loop);
}
/* to does not want to hear from, or has blocked its account. */
bool user_is_blocked(const struct user *from, const struct user *to);
/* The account it came with is no longer what it was. */
bool user_is_stale(const struct user *u);
/* The host that this client is told to come to, at most 15 bytes long. */
void user_add_host(const struct user *u, struct buf *b);
/* Every name under which it may know this server. */
void user_add_hosts(const struct user *u, struct buf *b);

/* ---- cmd_version.c ---- */
/* The silence after an IRCVERS was long: see chat_ircvers(). */
void user_guess_rooms(struct user *u);

/* ---- gate.c: link_user.input ---- */
size_t user_input(struct link *l, const char *p, size_t n);
/* A command's request is finished or its connection gone. */
void user_job_end(struct chat *chat, struct job *job);
/* It is not read for so long. */
void user_slow(struct user *u, uint64_t ms);
/* Whoever was throttled is no more. */
void user_throttle_end(struct user *u);

/* ---- trace.c: what the operator may see; only if trace_any() ---- */
void user_masked_line(const struct command_row *row,
    const struct ircx_line *line, struct buf *out);
void user_trace_in(const struct user *u, const struct command_row *row,
    const struct ircx_line *line);
void user_trace_out(const struct user *u, struct slice bytes);

/* ---- welcome.c ---- */
/* Everything is known: in.  Otherwise nothing happens yet. */
void user_try_enter(struct user *u);
/* Of an address, which nobody can tell from it; good for bans. */
void user_plain_id(const struct user *u, char id[GK_IDENTITY + 1]);
/* 001 of the directory. */
void user_welcome_looking(struct user *u);
/* It may have this name in the rooms; false: it was told why not. */
bool user_may_be_called(struct user *u, struct slice nick);
/* It proved to have this account, which is pinned. */
void user_admit(struct user *u, struct account *a);
/* It proved to be this; id is copied. */
void user_proved(struct user *u, enum user_kind kind, const char *id);

/* ---- handlers, by file ---- */
/* cmd_version.c */
/* 462: too late for it */
enum result chat_too_late(struct user *u, const struct command *in);
enum result chat_ircvers(struct user *u, const struct command *in);
enum result chat_ircx(struct user *u, const struct command *in);
enum result chat_isircx(struct user *u, const struct command *in);
enum result chat_ping(struct user *u, const struct command *in);
enum result chat_ignored(struct user *u, const struct command *in);
enum result chat_quit(struct user *u, const struct command *in);
enum result chat_version(struct user *u, const struct command *in);
enum result chat_time(struct user *u, const struct command *in);
enum result chat_motd(struct user *u, const struct command *in);
enum result chat_links(struct user *u, const struct command *in);
enum result chat_lusers(struct user *u, const struct command *in);
/* cmd_auth.c */
enum result chat_auth(struct user *u, const struct command *in);
/* cmd_nick.c */
enum result chat_nick(struct user *u, const struct command *in);
enum result chat_user(struct user *u, const struct command *in);
/* cmd_sasl.c */
enum result chat_cap(struct user *u, const struct command *in);
enum result chat_authenticate(struct user *u, const struct command *in);
enum result chat_pass(struct user *u, const struct command *in);
/* Who said PASS is judged by it: WAIT; OK, and ended when it was wrong. */
enum result user_judge_pass(struct user *u, struct request *rq);
/* cmd_room.c */
enum result chat_join(struct user *u, const struct command *in);
enum result chat_goto(struct user *u, const struct command *in);
enum result chat_part(struct user *u, const struct command *in);
enum result chat_names(struct user *u, const struct command *in);
enum result chat_topic(struct user *u, const struct command *in);
enum result chat_kick(struct user *u, const struct command *in);
enum result chat_invite(struct user *u, const struct command *in);
/* cmd_mode.c */
enum result chat_mode(struct user *u, const struct command *in);
/* cmd_talk.c */
enum result chat_privmsg(struct user *u, const struct command *in);
enum result chat_notice(struct user *u, const struct command *in);
enum result chat_away(struct user *u, const struct command *in);
/* cmd_who.c */
enum result chat_who(struct user *u, const struct command *in);
enum result chat_whois(struct user *u, const struct command *in);
enum result chat_whowas(struct user *u, const struct command *in);
enum result chat_userhost(struct user *u, const struct command *in);
enum result chat_ison(struct user *u, const struct command *in);
/* cmd_find.c */
/* What the directory is asked by who says no name (field-runs 3.5). */
enum result chat_nameless(struct user *u, const struct command *in);
enum result chat_finds(struct user *u, const struct command *in);
enum result chat_findu(struct user *u, const struct command *in);
/* cmd_create.c */
enum result chat_create(struct user *u, const struct command *in);
enum result chat_listc(struct user *u, const struct command *in);
/* cmd_list.c */
enum result chat_list(struct user *u, const struct command *in);
enum result chat_listx(struct user *u, const struct command *in);
/* cmd_prop.c */
enum result chat_prop(struct user *u, const struct command *in);
/* cmd_access.c */
enum result chat_access(struct user *u, const struct command *in);
/* cmd_silence.c */
enum result chat_silence(struct user *u, const struct command *in);
/* cmd_whisper.c */
enum result chat_whisper(struct user *u, const struct command *in);
enum result chat_data(struct user *u, const struct command *in);
enum result chat_esubmit(struct user *u, const struct command *in);
enum result chat_equestion(struct user *u, const struct command *in);
enum result chat_eprivmsg(struct user *u, const struct command *in);
/* watcher.c */
enum result chat_event(struct user *u, const struct command *in);
/* staff.c */
enum result chat_kill(struct user *u, const struct command *in);

#endif
