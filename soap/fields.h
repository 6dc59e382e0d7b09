/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_SOAP_FIELDS_H
#define NUDGE_SOAP_FIELDS_H
/*
 * What a contactInfo can say and where it stands on a card (soap 4.4).  The
 * same rows serve updates and answers.
 */
#include "common/codec/xml_read.h"
#include "soap/card.h"

enum {
	FIELD_PARTS = 6,
	FIELD_WORDS = 2048 /* bytes of words that are looked at */
};

/* A property with one value. */
struct field_plain {
	const char *word;    /* in propertiesChanged */
	const char *element; /* its card key is "." and this */
};

/* A part of a listed thing. */
struct field_part {
	const char *element;
	const char *missing; /* said when it is not set; NULL: left out */
};

/* A property with many typed things, such as telephones. */
struct field_list {
	const char *word;
	const char *list;    /* phones */
	const char *item;    /* ContactPhone */
	const char *type;    /* contactPhoneType */
	const char *changed; /* the element that names changed parts */
	const char *tail;    /* what ends an item in answers */
	struct field_part parts[FIELD_PARTS];
	char section; /* first letter of its card keys */
};

extern const struct field_plain field_plains[];
extern const size_t field_nplains;
extern const struct field_list field_lists[];
extern const size_t field_nlists;

/*
 * Take what the words name out of a contactInfo; what is named and not there
 * is cleared.  words.p NULL: take all that is there, clear nothing.
 */
void
fields_take(struct card *card, const struct xml_node *info, struct slice words);
/* Does a list of words hold this one?  Clients spell it in several ways. */
bool fields_named(struct slice words, const char *word, const char *element);

#endif
