/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_CHAT_ROOM_H
#define NUDGE_CHAT_ROOM_H
/*
 * Rooms, who sits in them, and telling these people something.
 */
#include "chat/user.h"

/* The bits stand on disk as well: they keep their numbers. */
enum room_mode {
	MODE_PRIVATE = 1 << 0,
	MODE_HIDDEN = 1 << 1,
	MODE_SECRET = 1 << 2,
	MODE_MODERATED = 1 << 3,
	MODE_INSIDE = 1 << 4, /* no text from outside */
	MODE_TOPIC = 1 << 5,  /* set by hosts alone */
	MODE_INVITED = 1 << 6,
	MODE_KNOCK = 1 << 7,
	MODE_NO_WHISPER = 1 << 8,
	MODE_NO_GUEST_WHISPER = 1 << 9,
	MODE_MEMBERS = 1 << 10, /* no guests */
	MODE_AUDITORIUM = 1 << 11,
	MODE_REGISTERED = 1 << 12, /* kept when it is empty */
	MODE_KEY = 1 << 13,
	MODE_LIMIT = 1 << 14,
	MODE_STAGE = 1 << 15,
	MODE_WORDS = 1 << 16,       /* some words may not be said */
	MODE_SUBSCRIBERS = 1 << 17, /* they alone may speak */
	MODE_CLONEABLE = 1 << 18,   /* who finds it full comes into a clone */
	MODE_CLONE = 1 << 19,
	MODE_SERVICE = 1 << 20, /* a service is in it; there are none here */
};

/* Texts of a room, as PROP names them. */
enum room_text {
	TEXT_TOPIC,
	TEXT_OWNER_KEY,
	TEXT_HOST_KEY,
	TEXT_MEMBER_KEY,
	TEXT_ON_JOIN,
	TEXT_ON_PART,
	TEXT_SUBJECT,
	TEXT_LANGUAGE,
	TEXT_CATEGORY,
	TEXT_CLIENT,
	TEXT_PICS,
	TEXT_LAG, /* seconds, a digit */
	TEXT_ACCOUNT,
	TEXT_CLIENT_GUID,
	TEXT_SERVICE_PATH,
	ROOM_TEXTS
};

enum {
	TOPIC_MAX = 160,
	KEY_MAX = 31,
	REASON_MAX = 160,
	ROOM_LIMIT = 50,               /* unless another is set */
	ROOM_EMPTY_MS = 5 * 60 * 1000, /* CREATEd, until somebody comes */
	ROOM_INVITES = 16,
	ROOM_LAG_MAX = 2,     /* seconds between what one says */
	ROOM_CLONES_MAX = 99, /* of one room */
	ROOM_WIRE_MAX = ROOM_NAME_MAX + 3
};

struct access;
struct share;

/* By whom rooms are counted. */
enum share_kind {
	SHARE_PERSON,
	SHARE_NETWORK,
	SHARE_SITE,
	SHARES
};

struct room {
	struct map_node node; /* chat->rooms */
	struct chat *chat;
	struct list seats; /* in the order they came */
	struct timer empty;
	struct blob *texts[ROOM_TEXTS]; /* NULL: not set */
	struct blob *topic_by;          /* who set it, or NULL */
	struct access *access;          /* see access.h */
	struct share *shares[SHARES];   /* of who opened it, or NULL */
	unsigned naccess;
	unsigned nseats;
	unsigned limit;
	unsigned hosts;   /* people above LEVEL_VOICE */
	uint32_t modes;   /* enum room_mode */
	uint64_t founder; /* account id of one that is kept; 0: nobody */
	uint64_t seq;     /* its last change, see room_waits_for() */
	int64_t created;
	int64_t topic_time;
	char invites[ROOM_INVITES][GK_IDENTITY + 1]; /* a ring */
	bool topic_quoted; /* came as quoted UTF-8, goes so to IRCX */
	uint8_t next_invite;
	uint8_t name_n;
	char name[ROOM_NAME_MAX + 1]; /* as it was first written */
	char folded[ROOM_NAME_MAX + 1];
};

struct seat {
	struct list of_room;
	struct list of_user;
	struct room *room;
	struct user *user;
	enum level level;
};

#define SEAT_EACH(it, room_)                                                \
	for (struct seat * it##_n,                                          \
	     *it = CONTAINER_OF((room_)->seats.next, struct seat, of_room); \
	     it##_n = CONTAINER_OF(it->of_room.next, struct seat, of_room), \
	     &it->of_room != &(room_)->seats;                               \
	     it = it##_n)

/* ---- room.c ---- */
/* The room a word names, or NULL. */
struct room *room_find(const struct chat *chat, struct slice word);
/* A new one; name as ircx_room_name() gave it.  NULL: too many. */
struct room *room_new(struct chat *chat, struct slice name);
/* The same for somebody, whose share it comes from. */
struct room *room_open(struct user *u, struct slice name);
/* One that is in no list and never found. */
struct room *room_unlisted(struct chat *chat);
/* It goes when nobody is in it and nothing keeps it. */
void room_release(struct room *r);
void room_free(struct room *r);
/*
 * Its last change, which whoever is told of it waits for; 0: it is on disk as
 * it is.
 */
uint64_t room_waits_for(const struct room *r);
/* Nobody speaks of a room without its name: who asks for that waits. */
static inline struct slice
room_name(const struct room *r)
{
	if (r->chat->rq != NULL)
		request_saw(r->chat->rq, room_waits_for(r));
	return slice_make(r->name, r->name_n);
}
/* Empty when not set. */
struct slice room_text(const struct room *r, enum room_text which);
void room_set_text(struct room *r, enum room_text which, struct slice value);
/* The same for a topic as this person writes it. */
void room_set_topic(struct room *r, const struct user *u, struct slice topic);
/* As this reader reads it. */
void room_add_topic(const struct room *r, const struct ircx_dialect *d,
    struct buf *b);
/* Seconds that pass between what a member says. */
unsigned room_lag(const struct room *r);
/* Somebody comes in; nobody is told here. */
struct seat *seat_new(struct room *r, struct user *u, enum level level);
/* The room may be gone after it. */
void seat_free(struct seat *s);
struct seat *seat_find(const struct room *r, const struct user *u);
void seat_set_level(struct seat *s, enum level level);
/* LEVEL_NONE for who is not there too. */
enum level room_level(const struct room *r, const struct user *u);
/* What it may do to the room: the staff may do anything, inside or not. */
enum level room_power(const struct room *r, const struct user *u);
/* s is seen by viewer: not in an auditorium's dark. */
bool seat_is_seen(const struct seat *s, const struct user *viewer);
void room_invite(struct room *r, const struct user *u);
bool room_is_invited(const struct room *r, const struct user *u);
/* Anybody may know that it is there (p, h, s). */
bool room_is_public(const struct room *r);
/* viewer may. */
bool room_is_listed(const struct room *r, const struct user *viewer);
/* "+ntl 50" as this reader may see it. */
void room_add_modes(const struct room *r, struct buf *b, bool inside);
/* 329, which ordinary programs read. */
void room_say_time(const struct room *r, struct user *u);
/* The 353s. */
void room_say_members(struct room *r, struct user *u);
/* And the 366. */
void room_say_names(struct room *r, struct user *u);

/* ---- notice.c: what many are told, written once per dialect ---- */
struct notice {
	/* Write the line without its end; nothing: this reader is not told. */
	void (*write)(const struct ircx_dialect *d, struct buf *b,
	    const struct notice *n);
	const struct user *who; /* who does it */
	const struct room *room;
	const struct user *other; /* to whom it is done */
	const char *verb;
	enum level level;
	char sign; /* of a mode */
	char mode;
	struct slice word;
	struct slice text;
};

enum audience {
	TELL_ALL,
	TELL_HOSTS,
	TELL_OWNERS
};

/* Everybody in the room, but not but. */
void notice_room(const struct notice *n, struct room *r, const struct user *but,
    enum audience who);
/* Everybody who sees n->who in a room, once each; itself as well. */
void notice_around(const struct notice *n, struct user *u, bool itself);
/* One person. */
void notice_user(const struct notice *n, struct user *u);
/* Who is told of what a member does: all, or in an auditorium the hosts. */
enum audience room_audience(const struct room *r, enum level of);

/* Forms: of verb, room, word, text those that are there. */
void notice_write(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);
void notice_write_join(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);
/* MODE of a person's level. */
void notice_write_level(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);
/* The topic as it is now. */
void notice_write_topic(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);
/* As notice_write(); ordinary programs read what controls say unstyled. */
void notice_write_said(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);
/* As notice_write(), for readers of IRCX alone. */
void notice_write_ircx(const struct ircx_dialect *d, struct buf *b,
    const struct notice *n);

/* ---- share.c: who opened how many ---- */
struct slice share_key(const struct map_node *node);
bool share_allows(const struct user *u);
void share_take(struct room *r, const struct user *u);
/* It is gone, or an account's that keeps it. */
void share_release(struct room *r);

/* ---- clone.c ---- */
/*
 * A clone of this full room with a place left, made when there is none, which
 * the hosts are told (chat-ircx 9.4 #7).  NULL: there can be none.
 */
struct room *room_clone(struct room *r);

/* ---- enter.c: may somebody come in, and coming in ---- */
/* What this key makes of who has it; LEVEL_NONE: nothing. */
enum level room_key_level(const struct room *r, struct slice key);
/* ONJOIN and ONPART: the room itself says it, a line at a time. */
void room_say_text(const struct room *r, struct user *u, enum room_text which);
void room_enter(struct user *u, struct slice word, struct slice key);

/* ---- cmd_room.c ---- */
/* 332, or 331 */
void room_say_topic(const struct room *r, struct user *u);
void room_change_topic(struct room *r, struct user *u, struct slice topic,
    struct request *rq);

/* ---- keeping.c: rooms that stay ---- */
struct kept;
/* Keep it for the account of u; false: it was told why not. */
bool room_keep(struct room *r, struct user *u, struct request *rq);
/* No longer; false: it was told why not. */
bool room_let_go(struct room *r, struct user *u, struct request *rq);
bool room_is_kept(const struct room *r);
/* Something that is kept has changed: called before anybody is told. */
void room_changed(struct room *r, struct request *rq);
/* The store takes changes of it now; false: u was told otherwise. */
bool room_may_change(const struct room *r, struct user *u);
/* From an earlier run. */
void room_restore(struct chat *chat, const struct kept *k);

/* ---- cmd_silence.c ---- */
/* The access list of a person: masks of whom it does not want to hear. */
struct room *user_own_list(struct user *u);

/* ---- cmd_access.c ---- */
void room_say_bans(struct room *r, struct user *u);
/*
 * Put a mask on the list of the banned or take it off; false: no change.  told:
 * the mask as it is listed to ordinary programs.
 */
bool room_ban(struct room *r, struct user *u, bool on, struct slice word,
    struct buf *told);

/* ---- cmd_create.c ---- */
/* What people read of it; empty: there is none of this code. */
struct slice chat_category_name(struct slice code);

/* ---- cmd_find.c ---- */
/* 613 */
void chat_say_found(struct user *u);

/* ---- cmd_mode.c ---- */
/* Who may choose a mode in a CREATE. */
enum creation {
	CREATE_NOBODY,
	CREATE_STAFF,
	CREATE_ANYBODY
};

struct mode_row {
	char letter;
	uint32_t bit;
	uint32_t clears;  /* modes that cannot be with it */
	enum level least; /* who sets it; LEVEL_NONE: nobody does by MODE */
	bool staff;       /* or the staff alone */
	enum creation creation;
};
/* Take off the old level, give the new one; everybody is told. */
void room_change_level(struct room *r, struct user *by, struct seat *s,
    enum level level);
extern const struct mode_row mode_rows[];
extern const unsigned mode_nrows;
/* Letters of a CREATE: OK when each is one that this person may choose. */
bool mode_read(const struct user *u, struct slice letters, uint32_t *modes);

#endif
