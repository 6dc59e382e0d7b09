/* SPDX-License-Identifier: MIT */
#include "ns/msnp/ml.h"

#include "common/base/num.h"
#include "common/codec/xml_read.h"
#include "ns/msnp/network.h"

enum {
	ML_OK = 0,
	ML_BAD_NETWORK = 204,
	ML_EMPTY_DOMAIN = 240,
	ML_INVALID = 241,
	ML_NO_CIRCLE = 933
};

/* List bits a client may say (ns-modern 4). */
enum {
	BIT_FORWARD = 1,
	BIT_ALLOW = 2,
	BIT_BLOCK = 4,
	BITS = BIT_FORWARD | BIT_ALLOW | BIT_BLOCK
};

static const struct xml_limits limits = { 4, 8192, 64 * 1024 };

static unsigned
read_lists(const struct xml_node *c, const struct ml_rules *rules,
    struct ml_person *p)
{
	const uint8_t both = BIT_ALLOW | BIT_BLOCK;
	struct slice word = xml_attr(c, "l");
	uint32_t n;

	if (!rules->lists)
		return ML_OK;
	if (word.p == NULL || !num_parse_u32(word, &n) || n == 0 ||
	    (n & ~(uint32_t)BITS))
		return ML_INVALID;
	if (rules->exclusive && (n & both) == both)
		return ML_INVALID;
	p->lists = (uint8_t)n;
	return ML_OK;
}

/* Of other networks nobody is here; what a client already has may stay. */
static unsigned
read_network(const struct xml_node *c, const struct ml_rules *rules,
    bool initial)
{
	struct slice word = xml_attr(c, "t");
	uint32_t n;

	if (word.p == NULL)
		return ML_OK;
	if (!num_parse_u32(word, &n) || !network_known(n))
		return ML_BAD_NETWORK;
	if (n == NETWORK_HERE)
		return ML_OK;
	if (n == NETWORK_CIRCLE && rules->circles)
		return ML_NO_CIRCLE;
	return initial ? ML_OK : ML_BAD_NETWORK;
}

static unsigned
read_person(struct arena *a, const struct xml_node *c,
    const struct ml_rules *rules, const struct ml *list, struct ml_person *p)
{
	unsigned wrong;

	p->local = xml_attr(c, "n");
	if (!slice_eq_text(c->name, "c") || p->local.n == 0)
		return ML_INVALID;
	wrong = read_lists(c, rules, p);
	if (wrong == ML_OK && !p->telephone)
		wrong = read_network(c, rules, list->initial);
	if (wrong != ML_OK)
		return wrong;
	p->address = p->telephone
	    ? p->local
	    : arena_printf(a, SLICE_FMT "@" SLICE_FMT, SLICE_ARG(p->local),
		  SLICE_ARG(p->domain));
	return p->address.p != NULL ? ML_OK : ML_INVALID;
}

/*
 * <d n="domain"> or <t>.  The documented error for a domain that comes twice
 * helps nobody: it is taken (field-runs 4).
 */
static unsigned
check_domain(const struct xml_node *d)
{
	bool telephones = slice_eq_text(d->name, "t");

	if (!telephones && !slice_eq_text(d->name, "d"))
		return ML_INVALID;
	if (d->child == NULL || (!telephones && xml_attr(d, "n").n == 0))
		return ML_EMPTY_DOMAIN;
	return ML_OK;
}

static unsigned
count(const struct xml_node *root)
{
	unsigned n = 0;

	XML_EACH(d, root) {
		/* one that is empty must not be free of charge */
		n++;
		XML_EACH(c, d) {
			n++;
		}
	}
	return n;
}

unsigned
ml_read(struct arena *a, struct slice text, const struct ml_rules *rules,
    struct ml *out)
{
	const char *why;
	struct xml_node *root =
	    text.n > 0 ? xml_read(a, text, &limits, &why) : NULL;
	unsigned n, wrong = ML_OK;

	*out = (struct ml){ 0 };
	if (root == NULL || !slice_eq_text(root->name, "ml"))
		return ML_INVALID;
	out->initial = slice_eq_text(xml_attr(root, "l"), "1");
	n = count(root);
	if (n > 2 * ML_PEOPLE_MAX)
		return ML_INVALID;
	out->people = arena_alloc(a, (n + 1) * sizeof(*out->people));
	if (out->people == NULL)
		return ML_INVALID;
	XML_EACH(d, root) {
		wrong = check_domain(d);
		for (struct xml_node *c = d->child; c != NULL && wrong == ML_OK;
		     c = c->next) {
			struct ml_person *p = &out->people[out->n++];

			p->telephone = slice_eq_text(d->name, "t");
			if (!p->telephone)
				p->domain = xml_attr(d, "n");
			wrong = read_person(a, c, rules, out, p);
		}
		if (wrong != ML_OK)
			return wrong;
	}
	return out->n <= ML_PEOPLE_MAX ? ML_OK : ML_INVALID;
}
