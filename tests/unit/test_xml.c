/* SPDX-License-Identifier: MIT */
#include "common/codec/xml_read.h"
#include "common/codec/xml_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct xml_limits roomy = { .depth = 32,
	.nodes = 1000,
	.bytes = 1 << 20 };

/* The document as a writer without prefixes would put it. */
static void
print(struct xml_writer *w, const struct xml_node *node)
{
	char *name = slice_dup(node->name);

	xml_open(w, name);
	for (struct xml_attr *a = node->attrs; a != NULL; a = a->next) {
		char *key = slice_dup(a->name);

		xml_attr_add(w, key, a->value);
		free(key);
	}
	if (node->text.n > 0)
		xml_text(w, node->text);
	XML_EACH(it, node) {
		assert_ptr_equal(it->parent, node);
		print(w, it);
	}
	xml_close(w);
	free(name);
}

static void
expect(struct slice text, const char *want)
{
	struct arena a;
	struct buf b = BUF_INIT(1 << 20);
	struct xml_writer w;
	struct xml_node *root;
	const char *why = NULL;

	arena_init(&a, 1 << 20);
	xml_writer_init(&w, &b);
	root = xml_read(&a, text, &roomy, &why);
	assert_non_null(root);
	assert_null(root->parent);
	assert_null(root->next);
	print(&w, root);
	buf_add_char(&b, '\0');
	assert_true(buf_ok(&b));
	assert_string_equal(b.p, want);
	buf_free(&b);
	arena_free(&a);
}

static void
expect_refusal(struct slice text, const struct xml_limits *limits,
    const char *reason)
{
	struct arena a;
	const char *why = NULL;

	arena_init(&a, 1 << 20);
	assert_null(xml_read(&a, text, limits, &why));
	assert_non_null(why);
	if (reason != NULL)
		assert_string_equal(why, reason);
	arena_free(&a);
}

static void
prefixes_vanish_and_text_around_children_is_joined(void **state)
{
	(void)state;
	expect(SLICE_LIT("<a/>"), "<a/>");
	expect(SLICE_LIT("<?xml version='1.0'?><s:a xmlns:s='urn:s' xmlns='d'"
			 " s:k='v'>x<b>1</b>y<s:c/><b>2</b>z</s:a>"),
	    "<a xmlns=\"d\" k=\"v\">xyz<b>1</b><c/><b>2</b></a>");
	expect(SLICE_LIT("<a><![CDATA[<&]]>&amp;&#65;<!-- no -->&lt;</a>"),
	    "<a>&lt;&amp;&amp;A&lt;</a>");
	expect(SLICE_LIT("<a>p\xc3\xa4ss\r\n</a>"), "<a>p\xc3\xa4ss\n</a>");
}

static void
other_encodings_that_are_declared_become_utf8(void **state)
{
	(void)state;
	expect(SLICE_LIT("<?xml version='1.0' encoding='ISO-8859-1'?>"
			 "<a>\xe4</a>"),
	    "<a>\xc3\xa4</a>");
	expect(SLICE_LIT("\xff\xfe<\0a\0/\0>\0"), "<a/>");
	expect(SLICE_LIT("\xef\xbb\xbf<a/>"), "<a/>");
}

static void
any_document_type_is_refused(void **state)
{
	const struct slice bad[] = {
		SLICE_LIT("<!DOCTYPE a><a/>"),
		SLICE_LIT("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"),
		SLICE_LIT("<!DOCTYPE a PUBLIC 'p' 'http://127.0.0.1/'><a/>"),
		SLICE_LIT("<!DOCTYPE a [<!ENTITY e SYSTEM 'x'>]><a>&e;</a>"),
		SLICE_LIT("<!DOCTYPE a [<!ENTITY x 'ha'>"
			  "<!ENTITY y '&x;&x;&x;&x;&x;&x;&x;&x;'>"
			  "<!ENTITY z '&y;&y;&y;&y;&y;&y;&y;&y;'>]>"
			  "<a>&z;&z;&z;</a>"),
		SLICE_LIT("<!DOCTYPE a [<!ENTITY % p SYSTEM 'x'> %p;]><a/>"),
		SLICE_LIT("<!DOCTYPE a ["),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_refusal(bad[i], &roomy,
		    "has a document type declaration");
}

static void
what_is_not_well_formed_is_refused_with_a_reason(void **state)
{
	const struct slice bad[] = {
		SLICE_LIT(""),
		SLICE_LIT("   "),
		SLICE_LIT("<a>"),
		SLICE_LIT("<a></b>"),
		SLICE_LIT("<a/><b/>"),
		SLICE_LIT("<a>&nbsp;</a>"),
		SLICE_LIT("<a k='1' k='2'/>"),
		SLICE_LIT("<a>\xff\xfe</a>"),
		SLICE_LIT("<a>\0</a>"),
		SLICE_LIT("<a>&#0;</a>"),
		SLICE_LIT("<?xml version='1.0' encoding='made-up'?><a/>"),
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		expect_refusal(bad[i], &roomy, NULL);
}

static void
each_ceiling_holds_exactly(void **state)
{
	struct slice text = SLICE_LIT("<a k='1'><b><c/></b></a>");
	struct xml_limits l = { .depth = 3, .nodes = 4, .bytes = 24 };
	struct arena a;
	const char *why;

	(void)state;
	arena_init(&a, 1 << 20);
	assert_int_equal(text.n, 24);
	assert_non_null(xml_read(&a, text, &l, &why));
	l.depth = 2;
	expect_refusal(text, &l, "nested too deeply");
	l = (struct xml_limits){ .depth = 3, .nodes = 3, .bytes = 24 };
	expect_refusal(text, &l, "too many elements");
	l = (struct xml_limits){ .depth = 3, .nodes = 4, .bytes = 23 };
	expect_refusal(text, &l, "too large");
	arena_free(&a);
}

static void
a_full_arena_refuses_the_document_wherever_it_happens(void **state)
{
	struct slice text = SLICE_LIT("<a key='value'><b>some text</b>more"
				      "<c/>and even more of it<c/></a>");
	const char *why;
	bool fits = false;

	(void)state;
	for (size_t max = 0; max < 4000 && !fits; max += 7) {
		struct arena a;

		why = NULL;
		arena_init(&a, max);
		fits = xml_read(&a, text, &roomy, &why) != NULL;
		if (!fits)
			assert_string_equal(why, "too large");
		arena_free(&a);
	}
	assert_true(fits);
}

static void
a_text_of_many_pieces_costs_a_small_multiple_of_its_length(void **state)
{
	const size_t lines = 50000;
	struct arena a;
	struct buf b = BUF_INIT(1 << 20);
	struct xml_node *root;
	const char *why = NULL;

	(void)state;
	arena_init(&a, 1 << 20);
	buf_add_text(&b, "<a>");
	for (size_t i = 0; i < lines; i++)
		buf_add_text(&b, "x\n");
	buf_add_text(&b, "</a>");
	root = xml_read(&a, buf_slice(&b), &roomy, &why);
	assert_non_null(root);
	assert_int_equal(root->text.n, 2 * lines);
	assert_true(a.used < 5 * b.n);
	buf_free(&b);
	arena_free(&a);
}

static void
lookups_walk_paths_and_forgive_missing_steps(void **state)
{
	struct arena a;
	struct xml_node *root;
	const char *why;

	(void)state;
	arena_init(&a, 1 << 20);
	root = xml_read(&a,
	    SLICE_LIT("<a><b i='7'><c>one</c><c>two</c><d/></b></a>"), &roomy,
	    &why);
	assert_non_null(root);
	assert_true(slice_eq_text(xml_path(root, "b/c")->text, "one"));
	assert_null(xml_path(root, "b/x/c"));
	assert_null(xml_path(NULL, "b"));
	assert_null(xml_child(NULL, "b"));
	assert_true(
	    slice_eq_text(xml_child_text(xml_child(root, "b"), "c"), "one"));
	assert_non_null(xml_child_text(xml_child(root, "b"), "d").p);
	assert_null(xml_child_text(root, "x").p);
	assert_true(slice_eq_text(xml_attr(xml_child(root, "b"), "i"), "7"));
	assert_null(xml_attr(root, "i").p);
	assert_null(xml_attr(NULL, "i").p);
	arena_free(&a);
}

static void
a_written_document_is_exactly_what_was_asked_for(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct xml_writer w;

	(void)state;
	xml_writer_init(&w, &b);
	xml_declare(&w);
	xml_open(&w, "soap:Envelope");
	xml_attr_add(&w, "xmlns:soap", SLICE_LIT("urn:<\"x\">"));
	xml_open(&w, "e");
	xml_close(&w);
	xml_leaf(&w, "l", SLICE_LIT(""));
	xml_leaf(&w, "t", SLICE_LIT("a<b>&'\""));
	xml_raw(&w, SLICE_LIT("<raw/>"));
	xml_close(&w);
	assert_int_equal(w.depth, 0);
	buf_add_char(&b, '\0');
	assert_string_equal(b.p,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
	    "<soap:Envelope xmlns:soap=\"urn:&lt;&quot;x&quot;&gt;\">"
	    "<e/><l></l><t>a&lt;b&gt;&amp;&#39;&quot;</t><raw/>"
	    "</soap:Envelope>");
	buf_free(&b);
}

static void
characters_that_xml_forbids_are_left_out(void **state)
{
	const struct {
		struct slice in;
		const char *out;
	} rows[] = {
		{ SLICE_LIT("a\0\x01\x1f"
			    "b\t\nc\r"),
		    "ab\t\nc&#13;" },
		{ SLICE_LIT("\xff\xc3(\xc3"), "(" },
		{ SLICE_LIT("\xed\xa0\x80|\xc0\xaf"), "|" },
		{ SLICE_LIT("\xef\xbf\xbe\xef\xbf\xbf\xef\xbf\xbd"),
		    "\xef\xbf\xbd" },
		{ SLICE_LIT("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80" },
		{ SLICE_LIT("\xf4\x90\x80\x80"), "" },
	};
	struct buf b = BUF_INIT(1000);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		xml_escape(&b, rows[i].in);
		assert_true(slice_eq_text(buf_slice(&b), rows[i].out));
		buf_reset(&b);
	}
	buf_free(&b);
}

static void
an_attribute_survives_the_reader_unchanged(void **state)
{
	struct slice value = SLICE_LIT("a\tb\nc\rd\"'<&> e");
	struct arena a;
	struct buf b = BUF_INIT(1000);
	struct xml_writer w;
	struct xml_node *root;
	const char *why;

	(void)state;
	arena_init(&a, 1 << 20);
	xml_writer_init(&w, &b);
	xml_open(&w, "a");
	xml_attr_add(&w, "k", value);
	xml_text(&w, value);
	xml_close(&w);
	root = xml_read(&a, buf_slice(&b), &roomy, &why);
	assert_non_null(root);
	assert_true(slice_eq(xml_attr(root, "k"), value));
	assert_true(slice_eq(root->text, value));
	buf_free(&b);
	arena_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    prefixes_vanish_and_text_around_children_is_joined),
		cmocka_unit_test(other_encodings_that_are_declared_become_utf8),
		cmocka_unit_test(any_document_type_is_refused),
		cmocka_unit_test(
		    what_is_not_well_formed_is_refused_with_a_reason),
		cmocka_unit_test(each_ceiling_holds_exactly),
		cmocka_unit_test(
		    a_full_arena_refuses_the_document_wherever_it_happens),
		cmocka_unit_test(
		    a_text_of_many_pieces_costs_a_small_multiple_of_its_length),
		cmocka_unit_test(lookups_walk_paths_and_forgive_missing_steps),
		cmocka_unit_test(
		    a_written_document_is_exactly_what_was_asked_for),
		cmocka_unit_test(characters_that_xml_forbids_are_left_out),
		cmocka_unit_test(an_attribute_survives_the_reader_unchanged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
