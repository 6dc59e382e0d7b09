/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_WEB_FRONT_H
#define NUDGE_WEB_FRONT_H
/*
 * What the pages share: one request's way from the question to the reply.
 * Browsers of 1996 and of today see the same pages: HTML 4.01, no script but
 * in the wizard of Windows XP, whose buttons call it.
 */
#include "common/codec/page.h"
#include "core/talk/mailbox.h"
#include "web/web.h"

enum {
	WEB_PAGE_MAX = 1024 * 1024,
	WEB_POLICY_MAX = 8192,
	WEB_KEY_BYTES = 16,
	WEB_PASSWORD_MIN = 8 /* letters of one that people choose here */
};

#define WEB_INBOX  "/cgi-bin/HoTMaiL"
#define WEB_WIZARD "/uixpwiz.srf"

struct book;
struct profile;

struct web {
	struct core *core;
	struct web_config cfg;
	struct penalty *exports; /* who took an export lately */
	const struct web_rooms *rooms;
	void *rooms_ctx;
};

/* One HTTP request that asks the core something. */
struct web_visit {
	struct request request;
	struct http_request *http;
	struct web *web;
	struct account *me; /* who is signed in */
	struct token by;    /* with this */
	const struct mail *mail;
	size_t nmail;
	const struct profile *profile;
	const struct book *book;
	enum result result; /* RESULT_WAIT: not judged yet */
	bool stale;         /* the form is not one we gave this browser */
	bool differ;        /* the two new passwords do */
	bool proved;        /* the password was right: not asked again */
	bool changed;       /* what the form asked for is done */
	bool counted;       /* against what one may have in an hour */
	bool greeted;       /* stranger is new to this browser */
	bool replied;       /* what the reply saw is waited for */
	char stranger[TOKEN_TEXT_MAX + 1]; /* who is not signed in */
	struct buf made;                   /* a password, to be shown once */
};

/*
 * Judge, wait until what was judged is durable, reply.  judge may run several
 * times and answers RESULT_WAIT when the core said so; reply runs once, or
 * twice when what it showed was lost, and is sent when that is durable.
 */
struct web_flow {
	enum result (*judge)(struct web_visit *v);
	void (*reply)(struct web_visit *v);
};
enum http_outcome
web_visit_run(struct http_request *rq, struct web *w, const struct web_flow *f);
/*
 * The same for pages where secrets are typed or a cookie tells who one is:
 * over plain HTTP they lead to TLS, unless the operator allowed them there.
 */
enum http_outcome web_visit_safely(struct http_request *rq, struct web *w,
    const struct web_flow *f);

/* "https://host:port" of this server, by the name it was called. */
void web_add_secure(struct buf *out, const struct http_request *rq,
    const struct web *w);
/* The same of the page that was asked for, with TLS or without. */
void web_add_site(struct buf *out, const struct http_request *rq);

/* ---- who: session.c ---- */
/* Who is signed in, by the cookie of the login pages: as signin_bearer(). */
enum result web_who(struct web_visit *v);
/* The same for the mailbox, where the menus of old programs lead, too. */
enum result web_who_mails(struct web_visit *v);
/*
 * The same for pages of chat rooms, also by MSPAuth, which the login pages give
 * for them and browsers send without TLS, too.
 */
enum result web_who_chats(struct web_visit *v);
/*
 * What a form must give back so that no other site can have filled it in; hex.
 * It belongs to the cookie of who is signed in (v->me), else to one that says
 * only that this is the browser which got the form.
 */
void web_form_key(struct web_visit *v, struct buf *out);
bool web_form_key_good(struct web_visit *v);
/*
 * Into a reply that has begun: a fresh cookie for this account, or none for
 * anybody; the old one opens nothing any more.
 */
void web_session_begin(struct web_visit *v, const struct account *a);
void web_session_end(struct web_visit *v);
/* Another cookie, which is forgotten when the browser is closed. */
void web_cookie(struct web_visit *v, const char *name, struct slice value);
/* So that the key of a stranger's form is good when it comes back. */
void web_session_greet(struct web_visit *v);

/* ---- fields of forms: fields.c ---- */
/* The form's, else the query's; empty when absent. */
struct slice web_field(struct web_visit *v, const char *key);
/* A new password and once more; BAD_VALUE (v->differ). */
enum result web_new_password(struct web_visit *v, struct slice *out);
/* Overwrite what was typed in a secret. */
void web_wipe(struct slice secret);
/* Is field "old" v->me's password?  As signin_password(). */
enum result web_prove(struct web_visit *v);
/* Plain text as the core keeps names; BAD_NAME. */
enum result web_name_encode(struct buf *out, struct slice plain);

/* ---- replies: reply.c ---- */
struct web_page {
	const char *title;
	const char *words;
	bool bad;                        /* they say what is wrong */
	bool secret;                     /* a password is typed here */
	const struct slice *head, *foot; /* NULL: as all pages have them */
	const struct slice *body[5];
	const struct page_field *fields; /* beside title, words and key */
	size_t nfields;
};
void web_reply(struct web_visit *v, unsigned status, const struct web_page *p);
void web_reply_page(struct http_request *rq, unsigned status, struct buf *page);
/* The same with pictures of other hosts: " http://a http://b:1863". */
void web_reply_pictures(struct http_request *rq, unsigned status,
    struct buf *page, struct slice hosts);
/* The same with a program of the browser's in it, which this origin gives. */
void web_reply_object(struct http_request *rq, struct buf *page,
    struct slice origin);
/* Lines as they were typed. */
void web_add_lines(struct buf *out, struct slice text);
void web_reply_elsewhere(struct http_request *rq, const char *path);
/* The words for what went wrong and is not this page's affair; NULL: it is. */
const char *web_trouble(const struct web_visit *v, unsigned *status);
/* For every result but OK: to the sign-in form, or the words for it. */
void web_reply_refused(struct web_visit *v, const char *words);

/* ---- routes ---- */
enum http_outcome web_start(struct http_request *rq, void *front);
enum http_outcome web_style(struct http_request *rq, void *front);
enum http_outcome web_sign_up(struct http_request *rq, void *front);
enum http_outcome web_wizard(struct http_request *rq, void *front);
enum http_outcome web_lead(struct http_request *rq, void *front);
enum http_outcome web_sign_in(struct http_request *rq, void *front);
enum http_outcome web_sign_out(struct http_request *rq, void *front);
enum http_outcome web_account(struct http_request *rq, void *front);
enum http_outcome web_password(struct http_request *rq, void *front);
enum http_outcome web_app_password(struct http_request *rq, void *front);
enum http_outcome web_reset(struct http_request *rq, void *front);
enum http_outcome web_export(struct http_request *rq, void *front);
enum http_outcome web_delete(struct http_request *rq, void *front);
enum http_outcome web_inbox(struct http_request *rq, void *front);
enum http_outcome web_message(struct http_request *rq, void *front);
enum http_outcome web_nickname(struct http_request *rq, void *front);
enum http_outcome web_chat(struct http_request *rq, void *front);
enum http_outcome web_chat_room(struct http_request *rq, void *front);
enum http_outcome web_chat_profile(struct http_request *rq, void *front);
enum http_outcome web_chat_create(struct http_request *rq, void *front);
enum http_outcome web_chat_subscribe(struct http_request *rq, void *front);
enum http_outcome web_chat_redirect(struct http_request *rq, void *front);
enum http_outcome web_compose(struct http_request *rq, void *front);
enum http_outcome web_report(struct http_request *rq, void *front);
enum http_outcome web_privacy(struct http_request *rq, void *front);

/* The files of web/pages. */
extern const struct slice web_page_account;
extern const struct slice web_page_account_home;
extern const struct slice web_page_app_password;
extern const struct slice web_page_app_password_made;
extern const struct slice web_page_compose;
extern const struct slice web_page_delete;
extern const struct slice web_page_foot;
extern const struct slice web_page_foot_guest;
extern const struct slice web_page_head;
extern const struct slice web_page_inbox;
extern const struct slice web_page_mail;
extern const struct slice web_page_mail_end;
extern const struct slice web_page_nickname;
extern const struct slice web_page_nickname_own;
extern const struct slice web_page_password;
extern const struct slice web_page_privacy;
extern const struct slice web_page_report;
extern const struct slice web_page_reset;
extern const struct slice web_page_secure;
extern const struct slice web_page_sign_in;
extern const struct slice web_page_sign_out;
extern const struct slice web_page_sign_up;
extern const struct slice web_page_sign_up_end;
extern const struct slice web_page_sign_up_have;
extern const struct slice web_page_sign_up_invite;
extern const struct slice web_page_start;
extern const struct slice web_page_start_end;
extern const struct slice web_page_start_guest;
extern const struct slice web_page_start_join;
extern const struct slice web_page_style;
extern const struct slice web_page_warning;
extern const struct slice web_page_wizard;

#endif
