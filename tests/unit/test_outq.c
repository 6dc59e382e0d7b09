/* SPDX-License-Identifier: MIT */
#include "common/net/outq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct queue {
	struct outq q;
	int wakes;
};

static void
on_wake(struct outq *q)
{
	CONTAINER_OF(q, struct queue, q)->wakes++;
}

static void
queue_init(struct queue *k, uint32_t soft, uint32_t hard)
{
	k->wakes = 0;
	outq_init(&k->q, soft, hard, on_wake);
}

/* What may leave, as text. */
static const char *
sendable(const struct outq *q, uint64_t released, char out[256])
{
	struct iovec v[32];
	int n = outq_peek(q, released, v, 32);
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		assert_true(v[i].iov_len > 0 && at + v[i].iov_len < 256);
		memcpy(out + at, v[i].iov_base, v[i].iov_len);
		at += v[i].iov_len;
	}
	out[at] = '\0';
	return out;
}

static void
small_pieces_leave_in_one_vector(void **state)
{
	struct queue k;
	struct iovec v[4];

	(void)state;
	queue_init(&k, 100, 1000);
	for (int i = 0; i < 20; i++)
		outq_add(&k.q, "0123456789", 10);
	assert_int_equal(outq_peek(&k.q, 0, v, 4), 1);
	assert_int_equal(v[0].iov_len, 200);
	assert_int_equal(k.q.bytes, 200);
	assert_true(outq_full(&k.q));
	outq_free(&k.q);
}

/*
 * A script of: +text add, @text add as a blob, b<n> barrier, c<n> consume,
 * f<n>:<m> barrier m from position n, x<n> cut above n; words end with blanks.
 */
static void
play(struct outq *q, const char *script)
{
	struct slice rest = slice_text(script);
	struct slice word;

	while (slice_cut(&rest, ' ', &word)) {
		const char *p = word.p + 1;
		size_t n = word.n - 1;
		char *end;
		unsigned long v = strtoul(p, &end, 10);
		struct blob *b;

		switch (word.p[0]) {
		case '+':
			outq_add(q, p, n);
			break;
		case '@':
			b = blob_new(p, n);
			outq_add_blob(q, b);
			blob_unref(b);
			break;
		case 'b':
			outq_barrier(q, v);
			break;
		case 'c':
			outq_consume(q, v);
			break;
		case 'f':
			outq_barrier_from(q, (uint32_t)v,
			    strtoul(end + 1, NULL, 10));
			break;
		case 'x':
			outq_cut(q, v);
			break;
		default:
			fail();
		}
	}
}

static void
bytes_leave_in_order_and_not_before_their_barrier(void **state)
{
	/* clang-format off */
	static const struct {
		const char *script;
		uint64_t released;
		const char *out;
		uint64_t waits_for, next_wait; /* of the head; above released */
	} rows[] = {
		{ "b0",                     0, "",       0, 0 },
		{ "+abc",                   0, "abc",    0, 0 },
		{ "+abc @def +g",           0, "abcdefg", 0, 0 },
		{ "+abc c1",                0, "bc",     0, 0 },
		{ "@abc c1 +d",             0, "bcd",    0, 0 },
		{ "+abc @def c4",           0, "ef",     0, 0 },
		{ "+ab b5 +cd",             4, "ab",     0, 5 },
		{ "+ab b5 +cd",             5, "abcd",   0, 0 },
		{ "+ab b5 +cd b7 @ef",      6, "abcd",   0, 7 },
		{ "+ab b5 +cd b7 @ef",      0, "ab",     0, 5 },
		{ "b5 +ab",                 0, "",       5, 5 },
		{ "b5 +ab",                 9, "ab",     5, 0 },
		{ "b5 +ab b3 +cd",          4, "",       5, 5 },
		{ "b5 b9",                  0, "",       0, 0 },
		{ "+abcd f2:5",             0, "ab",     0, 5 },
		{ "+abcd f2:5",             5, "abcd",   0, 0 },
		{ "+abcd f2:5 +ef",         4, "ab",     0, 5 },
		{ "+abcd f2:5 c2",          4, "",       5, 5 },
		{ "+abcd f4:5 +ef",         0, "abcd",   0, 5 },
		{ "+abcd f0:5",             0, "",       5, 5 },
		{ "@abcd f2:5 c1",          0, "b",      0, 5 },
		{ "@abcd c1 f1:5",          5, "bcd",    0, 0 },
		{ "@abcd c1 f1:5",          4, "b",      0, 5 },
		{ "@abcd f1:5 +e c1",       5, "bcde",   5, 0 },
		{ "+ab @cd +ef f3:5",       0, "abc",    0, 5 },
		{ "+ab b7 +cd f1:5",        5, "ab",     0, 7 },
		{ "+ab b7 +cd f1:5",        4, "a",      0, 5 },
		{ "+abcd c1 f1:5",          0, "b",      0, 5 },
		{ "+abcd f2:5 f3:6 +e",     5, "abc",    0, 6 },
		{ "+ab b5 +cd b7 +ef x5",   9, "abcd",   0, 0 },
		{ "+ab b5 +cd b7 +ef x4",   9, "ab",     0, 0 },
		{ "+ab b5 +cd x4 +e",       4, "ab",     0, 5 },
		{ "b5 +ab x0",              9, "",       0, 0 },
		{ "b5 +ab x0 +c",           5, "c",      5, 0 },
		{ "+ab b5 +cd c3",          5, "d",      5, 0 },
	};
	/* clang-format on */
	char out[256];
	struct queue k;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		queue_init(&k, 100, 200);
		play(&k.q, rows[i].script);
		assert_string_equal(sendable(&k.q, rows[i].released, out),
		    rows[i].out);
		assert_int_equal(outq_waits_for(&k.q), rows[i].waits_for);
		assert_int_equal(outq_next_wait(&k.q, rows[i].released),
		    rows[i].next_wait);
		assert_int_equal(k.q.bytes,
		    strlen(sendable(&k.q, UINT64_MAX, out)));
		outq_consume(&k.q, k.q.bytes);
		assert_null(k.q.head);
		assert_null(k.q.tail);
		outq_free(&k.q);
	}
}

static void
a_sleeping_queue_is_woken_once(void **state)
{
	struct queue k;

	(void)state;
	queue_init(&k, 100, 1000);
	outq_barrier(&k.q, 3);
	outq_add(&k.q, "", 0);
	assert_int_equal(k.wakes, 0);
	outq_add(&k.q, "a", 1);
	outq_add(&k.q, "b", 1);
	assert_int_equal(k.wakes, 1);
	outq_sleep(&k.q);
	outq_add_slice(&k.q, SLICE_LIT("c"));
	assert_int_equal(k.wakes, 2);
	outq_free(&k.q);
}

static void
beyond_the_hard_limit_bytes_are_refused_for_good(void **state)
{
	struct blob *big = blob_new("0123456789a", 11);
	struct queue k;

	(void)state;
	queue_init(&k, 5, 10);
	outq_add(&k.q, "0123456789", 10);
	assert_false(k.q.failed);
	assert_int_equal(k.wakes, 1);
	outq_add(&k.q, "x", 1);
	assert_true(k.q.failed);
	/* the transport hears of it even when it is awake */
	assert_int_equal(k.wakes, 2);
	outq_consume(&k.q, 10);
	outq_add(&k.q, "y", 1);
	assert_int_equal(k.q.bytes, 0);
	assert_int_equal(k.wakes, 2);
	outq_free(&k.q);

	queue_init(&k, 5, 10);
	outq_add_blob(&k.q, big);
	assert_true(k.q.failed);
	assert_int_equal(big->refs, 1);
	outq_free(&k.q);
	blob_unref(big);
}

static void
a_blob_is_referenced_until_it_has_left(void **state)
{
	char text[1000] = { 0 };
	struct blob *b = blob_new(text, sizeof(text));
	struct queue k;
	struct iovec v[3];

	(void)state;
	queue_init(&k, 100, 10000);
	outq_add(&k.q, "head", 4);
	outq_add_blob(&k.q, b);
	outq_add_blob(&k.q, b);
	assert_int_equal(b->refs, 3);
	assert_int_equal(outq_peek(&k.q, 0, v, 3), 3);
	assert_ptr_equal(v[1].iov_base, b->p);
	outq_consume(&k.q, 4 + 999);
	assert_int_equal(b->refs, 3);
	outq_consume(&k.q, 1);
	assert_int_equal(b->refs, 2);
	outq_barrier_from(&k.q, 10, 4);
	assert_int_equal(b->refs, 3);
	outq_free(&k.q);
	assert_int_equal(b->refs, 1);
	blob_unref(b);
}

static void
what_goes_in_comes_out_whatever_the_pieces(void **state)
{
	static char in[300000];
	struct queue k;
	uint32_t seed = 12345;
	size_t put = 0, got = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 7 + i / 251);
	queue_init(&k, 1000, UINT32_MAX);
	while (got < sizeof(in)) {
		size_t n, seen = 0;
		struct iovec v[8];
		int nv;

		seed = seed * 1664525 + 1013904223;
		n = size_min((seed >> 8) % ((seed & 7) ? 300 : 40000),
		    sizeof(in) - put);
		if ((seed >> 4) % 3 == 0) {
			struct blob *b = blob_new(in + put, n);

			outq_add_blob(&k.q, b);
			blob_unref(b);
		} else {
			outq_add(&k.q, in + put, n);
		}
		put += n;
		nv = outq_peek(&k.q, 0, v, 8);
		for (int i = 0; i < nv; i++) {
			assert_memory_equal(v[i].iov_base, in + got + seen,
			    v[i].iov_len);
			seen += v[i].iov_len;
		}
		n = put == sizeof(in) ? seen : (seed >> 3) % (seen + 1);
		outq_consume(&k.q, n);
		got += n;
		assert_int_equal(k.q.bytes, put - got);
	}
	assert_null(k.q.head);
}

static void
a_copy_is_what_may_leave_and_stays(void **state)
{
	struct blob *b = blob_new("blob of its own, too long to be copied", 38);
	struct buf out = BUF_INIT(100);
	struct queue k;

	(void)state;
	queue_init(&k, 100, 1000);
	assert_int_equal(outq_copy(&k.q, 9, SIZE_MAX, &out), 0);
	outq_add(&k.q, "one ", 4);
	outq_add_blob(&k.q, b);
	outq_barrier(&k.q, 7);
	outq_add(&k.q, " seven", 6);
	assert_int_equal(outq_copy(&k.q, 6, SIZE_MAX, &out), 42);
	assert_memory_equal(out.p, "one blob of its own", 19);
	buf_reset(&out);
	assert_int_equal(outq_copy(&k.q, 7, SIZE_MAX, &out), 48);
	assert_memory_equal(out.p + 38, "pied seven", 10);
	assert_int_equal(outq_copy(&k.q, 7, 5, NULL), 5);
	/* from the middle of a part */
	outq_consume(&k.q, 2);
	buf_reset(&out);
	assert_int_equal(outq_copy(&k.q, 7, 6, &out), 6);
	assert_memory_equal(out.p, "e blob", 6);
	assert_int_equal(k.q.bytes, 46);
	buf_free(&out);
	outq_free(&k.q);
	blob_unref(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pieces_leave_in_one_vector),
		cmocka_unit_test(
		    bytes_leave_in_order_and_not_before_their_barrier),
		cmocka_unit_test(a_sleeping_queue_is_woken_once),
		cmocka_unit_test(
		    beyond_the_hard_limit_bytes_are_refused_for_good),
		cmocka_unit_test(a_blob_is_referenced_until_it_has_left),
		cmocka_unit_test(a_copy_is_what_may_leave_and_stays),
		cmocka_unit_test(what_goes_in_comes_out_whatever_the_pieces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
