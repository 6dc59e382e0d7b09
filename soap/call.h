/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_CALL_H
#define NUDGE_SOAP_CALL_H
/*
 * What the files of the address book front share: one call's way from the
 * document to a method, and from there to an answer or a fault.
 */
#include "common/http/http.h"
#include "core/people/book.h"
#include "soap/envelope.h"
#include "soap/soap.h"

#define SOAP_AB           "http://www.msn.com/webservices/AddressBook"
#define SOAP_STORAGE_W10  "http://www.msn.com/webservices/storage/w10"
#define SOAP_STORAGE_2008 "http://www.msn.com/webservices/storage/2008"
#define SOAP_NO_GUID      "00000000-0000-0000-0000-000000000000"
#define SOAP_NEVER        "0001-01-01T00:00:00"

enum {
	SOAP_BODY_MAX = 1024 * 1024,
	SOAP_REPLY_MAX = 32 * 1024 * 1024,
	SOAP_CARD_MAX = 4096, /* of one contact */
	SOAP_STEPS_MAX = 1000,
	/* smaller ones are cheap: the C library keeps what it had from the
	 * system */
	SOAP_SPARE_MIN = 128 * 1024,
	SOAP_SPARE_MAX = 1024 * 1024,
	SOAP_SPARES = 4,
	SOAP_HOST_MAX = 255,
	SOAP_SECRET_BYTES = 32
};

/* How a run of a method ends. */
enum soap_end {
	SOAP_DONE, /* the answer is in call->out */
	SOAP_WAIT, /* the core said so */
	/*
	 * One item of several is done: run again with step one higher and a
	 * fresh request, because a request waits and pins only so often.
	 */
	SOAP_NEXT,
#define FAULT(name, code, error, text) SOAP_##name,
#include "soap/faults.def"
#undef FAULT
	SOAP_ENDS
};

struct soap_call;

enum soap_service {
#define SERVICE(name, path, ns, head) SOAP_##name,
#include "soap/services.def"
#undef SERVICE
	SOAP_SERVICES
};

enum soap_flag {
	SOAP_OWN = 1,
	SOAP_CHANGES = 2,
	SOAP_ANYBODY = 4,
	SOAP_BARE = 8
};

struct soap_method {
	enum soap_service service;
	struct slice name;
	enum soap_end (*run)(struct soap_call *c);
	unsigned flags; /* enum soap_flag */
};

struct soap {
	struct core *core;
	struct buf spare[SOAP_SPARES]; /* of answers before, for the next */
	unsigned nspare;
	unsigned char secret[SOAP_SECRET_BYTES]; /* of this run */
};

struct soap_call {
	struct request request;
	struct http_request *http;
	struct soap *soap;
	struct arena arena; /* lives until the reply was sent */
	struct envelope in;
	enum soap_service service;
	const struct soap_method *method;
	struct account *account; /* the caller; NULL where anybody may call */
	struct token token;      /* it showed */
	struct buf out;
	struct slice subject;              /* of a fault */
	unsigned char id[ROSTER_ID_BYTES]; /* of the contact it is about */
	bool settling; /* the run is over, its changes are not durable yet */
	bool absent;   /* one of the items was not there */
	enum soap_end end;
	unsigned step; /* items done */
};

/* Literal bytes into a buf, their length known to the compiler. */
#define SOAP_LIT(b, text) buf_add((b), "" text, sizeof(text) - 1)

/* ---- method.c ---- */
/* NULL: this service has no such method. */
const struct soap_method *
soap_method_find(enum soap_service service, struct slice name);
#define METHOD(service, name, function, flags) \
	enum soap_end function(struct soap_call *c);
#include "soap/methods.def"
#undef METHOD

/* ---- service.c ---- */
extern const struct http_route soap_service_routes[SOAP_SERVICES];
/* In which the service answers this call. */
const char *soap_namespace(const struct soap_call *c);
/* Clients look for <soap:Header> even where nothing stands inside. */
void soap_head_add(struct buf *b, const struct soap_call *c);
/*
 * The host the client used, which clients then call for more, without the
 * port; nothing when it is no host name.
 */
struct slice soap_host(const struct http_request *rq);

/* ---- run.c ---- */
enum http_outcome
soap_run(struct http_request *rq, struct soap *s, enum soap_service service);

/* Room for an answer of about so many bytes, which has none yet. */
void soap_room(struct soap_call *c, size_t about);

/* ---- tile.c, config.c, feeds.c: what is fetched ---- */
enum http_outcome soap_get_tile(struct http_request *rq, void *front);
enum http_outcome soap_get_config(struct http_request *rq, void *front);
enum http_outcome soap_get_abch(struct http_request *rq, void *front);
enum http_outcome soap_get_tabs(struct http_request *rq, void *front);
enum http_outcome soap_get_today(struct http_request *rq, void *front);
enum http_outcome soap_get_elsewhere(struct http_request *rq, void *front);
enum http_outcome soap_get_nothing(struct http_request *rq, void *front);

/* ---- auth.c ---- */
/* Sets call->account, pinned. */
enum soap_end soap_auth(struct soap_call *c);

/* ---- reply.c ---- */
/*
 * Start the answer: envelope, header, <NameResponse>.  Methods append what
 * stands inside; soap_reply() ends it.  about: bytes that will follow.
 */
struct buf *soap_begin(struct soap_call *c, size_t about);
/* Start the answer of a BARE method, which appends header and body itself. */
struct buf *soap_begin_bare(struct soap_call *c);
void soap_reply(struct soap_call *c);
void soap_reply_fault(struct soap_call *c, enum soap_end fault);

/* ---- fault.c ---- */
void
soap_fault_add(struct buf *b, const struct soap_call *c, enum soap_end fault);
/* Header and body of a service that has faults of its own; false: it has none.
 * oim_fault.c */
bool
soap_oim_fault(struct buf *b, const struct soap_call *c, enum soap_end fault);
const char *soap_fault_code(enum soap_end fault);
/* What the core said, as the end of a run; OK is DONE. */
enum soap_end soap_end_of(enum result r);

/* ---- item.c: what methods take out of their documents ---- */
/* Child number c->step of this name, or NULL when all are done. */
const struct xml_node *soap_item(const struct soap_call *c,
    const struct xml_node *parent, const char *name);
/* The contact a client's handle stands for: DONE or NO_SUCH_CONTACT. */
enum soap_end soap_contact_by_id(struct soap_call *c, struct slice guid,
    struct contact **out);
/* "true", in whatever case. */
bool soap_true(struct slice s);
/* Text as the core keeps names: percent-encoded, in the call's arena. */
struct slice soap_encoded(struct soap_call *c, struct slice text);
/* The address of a telephone: "tel:" and digits; p NULL when it is none. */
struct slice soap_telephone(struct soap_call *c, struct slice number);
/* The value of an annotation in a list; p NULL when it is not there. */
struct slice soap_annotation(const struct xml_node *list, const char *name);
/* The contact id of the caller's own entry. */
void soap_me_id(const struct account *a, unsigned char id[ROSTER_ID_BYTES]);

/* ---- people.c: changes several methods make ---- */
struct soap_addition {
	struct slice address;
	const struct xml_node *info; /* contactInfo; may be NULL */
	struct slice invite;         /* words to the other side */
	bool allow;                  /* and put on the allow list */
	bool federated; /* the client says it is of another network */
	bool card; /* no Messenger user; address is a Passport's or empty */
};
/* Whom a contactInfo names: DONE, or a fault when nobody. */
enum soap_end soap_addition_of(struct soap_call *c, const struct xml_node *info,
    struct soap_addition *out);
/* Onto the forward list; c->id is the contact's then. */
enum soap_end
soap_add_contact(struct soap_call *c, const struct soap_addition *add);

/* ---- ab_card.c: who is no Messenger user ---- */
struct card;
/* A name for a contactInfo, percent-encoded; empty: it has none. */
struct slice soap_card_name(struct soap_call *c, const struct xml_node *info);
/* What of a new contact is kept: DONE or CARD_TOO_LONG. */
enum soap_end
soap_card_of(struct soap_call *c, const struct xml_node *info, struct buf *out);
/* Into the address book; c->id is the contact's then. */
enum soap_end
soap_add_card(struct soap_call *c, const struct soap_addition *add);
/* k, whose card this is, becomes a contact of the messenger. */
enum soap_end soap_card_to_user(struct soap_call *c, const struct card *card,
    const struct contact *k);

/* ---- people.c again ---- */
/* Onto allow, off block; who was decided about is no longer pending. */
enum soap_end soap_allow(struct soap_call *c, struct person *who);
enum soap_end soap_block(struct soap_call *c, struct person *who);
/* Off the forward list, and out of the address book. */
enum soap_end soap_drop_contact(struct soap_call *c, struct person *who);
/* Words the other side is shown while the caller is pending there. */
void
soap_invite(struct soap_call *c, struct account *other, struct slice words);
/* WAIT, LATER, or DONE with the other account; NULL when there is none. */
enum soap_end soap_other_side(struct soap_call *c, const struct person *who,
    struct account **out);

/* ---- find.c ---- */
/* The own book as it is kept: DONE, WAIT or LATER. */
enum soap_end soap_book(struct soap_call *c, const struct book **out);
/* The same, or what changed in it, if that is what was asked for. */
enum soap_end soap_book_since(struct soap_call *c, struct slice deltas_only,
    struct slice last_change, const struct book **out, bool *delta);
const struct book_entry *
soap_book_entry(const struct book *book, const unsigned char id[]);

#endif
