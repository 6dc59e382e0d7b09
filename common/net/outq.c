/* SPDX-License-Identifier: MIT */
#include "common/net/outq.h"

#include "common/base/panic.h"

#include <stdlib.h>

/*
 * Either bytes of its own or a blob's; off..end are not sent yet.  All of them
 * wait for the same number, and numbers never decrease from head to tail.
 */
struct outq_part {
	struct outq_part *next;
	uint64_t seq;
	struct blob *blob;
	uint32_t off;
	uint32_t end;
	uint32_t cap;
	char data[];
};

enum {
	/*
	 * The C library keeps free blocks up to about this size at hand, and
	 * nearly every queue starts and ends with one.
	 */
	PART_FIRST = 1024,
	PART_NEXT = 4096,  /* behind a part that is full */
	PART_SHORT = 512,  /* behind a part that could not be added to */
	PART_MOST = 16384, /* for one big piece */
	BLOB_COPY = 256,   /* a blob this small is copied if there is room */
};

void
outq_init(struct outq *q, uint32_t soft, uint32_t hard,
    void (*wake)(struct outq *q))
{
	*q = (struct outq){ .soft = soft, .hard = hard, .wake = wake };
}

static void
part_free(struct outq_part *part)
{
	blob_unref(part->blob);
	free(part);
}

static void
parts_free(struct outq_part *part)
{
	while (part != NULL) {
		struct outq_part *next = part->next;

		part_free(part);
		part = next;
	}
}

void
outq_free(struct outq *q)
{
	parts_free(q->head);
	q->head = q->tail = NULL;
	q->bytes = 0;
}

/* room: bytes behind the header. */
static struct outq_part *
part_new(size_t room, uint64_t seq)
{
	struct outq_part *part = malloc(sizeof(*part) + room);

	ASSERT(part != NULL);
	part->next = NULL;
	part->seq = seq;
	part->blob = NULL;
	part->off = part->end = 0;
	part->cap = (uint32_t)room;
	return part;
}

static const char *
part_bytes(const struct outq_part *part)
{
	return (part->blob ? part->blob->p : part->data) + part->off;
}

static void
part_append(struct outq *q, struct outq_part *part)
{
	if (q->tail != NULL)
		q->tail->next = part;
	else
		q->head = part;
	q->tail = part;
}

/* Room in the tail for bytes that wait for the current barrier. */
static size_t
tail_room(const struct outq *q)
{
	const struct outq_part *tail = q->tail;

	if (tail == NULL || tail->blob != NULL || tail->seq != q->barrier)
		return 0;
	return tail->cap - tail->end;
}

static bool
outq_admit(struct outq *q, size_t n)
{
	if (q->failed || n == 0)
		return false;
	if (q->bytes <= q->hard && n <= q->hard - q->bytes)
		return true;
	q->failed = true;
	q->awake = true;
	q->wake(q);
	return false;
}

static void
outq_added(struct outq *q, size_t n)
{
	q->bytes += (uint32_t)n;
	if (q->awake)
		return;
	q->awake = true;
	q->wake(q);
}

static struct outq_part *
outq_grow(struct outq *q, size_t n)
{
	const struct outq_part *tail = q->tail;
	size_t size = PART_SHORT;
	struct outq_part *part;

	if (tail == NULL)
		size = PART_FIRST;
	else if (tail->blob == NULL && tail->end == tail->cap)
		size = PART_NEXT;
	while (size < PART_MOST && size - sizeof(*part) < n)
		size *= 2;
	part = part_new(size - sizeof(*part), q->barrier);
	part_append(q, part);
	return part;
}

static void
outq_append(struct outq *q, const char *p, size_t n)
{
	struct outq_part *part = q->tail;
	size_t room = tail_room(q);

	while (n > 0) {
		size_t now;

		if (room == 0) {
			part = outq_grow(q, n);
			room = part->cap;
		}
		now = size_min(n, room);
		memcpy(part->data + part->end, p, now);
		part->end += (uint32_t)now;
		p += now;
		n -= now;
		room -= now;
	}
}

void
outq_add(struct outq *q, const void *p, size_t n)
{
	if (!outq_admit(q, n))
		return;
	outq_append(q, p, n);
	outq_added(q, n);
}

void
outq_add_slice(struct outq *q, struct slice s)
{
	outq_add(q, s.p, s.n);
}

void
outq_add_blob(struct outq *q, struct blob *b)
{
	struct outq_part *part;

	if (!outq_admit(q, b->n))
		return;
	if (b->n <= BLOB_COPY && b->n <= tail_room(q)) {
		outq_append(q, b->p, b->n);
	} else {
		part = part_new(0, q->barrier);
		part->blob = blob_ref(b);
		part->end = b->n;
		part_append(q, part);
	}
	outq_added(q, b->n);
}

void
outq_barrier(struct outq *q, uint64_t seq)
{
	if (seq > q->barrier)
		q->barrier = seq;
}

/* Cut part in two; its first n unsent bytes stay in it. */
static void
part_split(struct outq *q, struct outq_part *part, uint32_t n)
{
	uint32_t rest = part->end - part->off - n;
	struct outq_part *second = part_new(part->blob ? 0 : rest, part->seq);

	if (part->blob != NULL) {
		second->blob = blob_ref(part->blob);
		second->off = part->off + n;
		second->end = part->end;
	} else {
		memcpy(second->data, part_bytes(part) + n, rest);
		second->end = rest;
	}
	part->end = part->off + n;
	second->next = part->next;
	part->next = second;
	if (q->tail == part)
		q->tail = second;
}

void
outq_barrier_from(struct outq *q, uint32_t at, uint64_t seq)
{
	struct outq_part *part = q->head;

	ASSERT(at <= q->bytes);
	outq_barrier(q, seq);
	while (part != NULL && at >= part->end - part->off) {
		at -= part->end - part->off;
		part = part->next;
	}
	if (part != NULL && at > 0) {
		if (part->seq < seq)
			part_split(q, part, at);
		part = part->next;
	}
	for (; part != NULL && part->seq < seq; part = part->next)
		part->seq = seq;
}

uint64_t
outq_waits_for(const struct outq *q)
{
	return q->head ? q->head->seq : 0;
}

uint64_t
outq_next_wait(const struct outq *q, uint64_t after)
{
	const struct outq_part *part = q->head;

	if (part == NULL || q->tail->seq <= after)
		return 0;
	while (part->seq <= after)
		part = part->next;
	return part->seq;
}

void
outq_cut(struct outq *q, uint64_t after)
{
	struct outq_part **at = &q->head;
	struct outq_part *last = NULL;
	uint32_t kept = 0;

	while (*at != NULL && (*at)->seq <= after) {
		last = *at;
		kept += last->end - last->off;
		at = &last->next;
	}
	parts_free(*at);
	*at = NULL;
	q->tail = last;
	q->bytes = kept;
}

int
outq_peek(const struct outq *q, uint64_t released, struct iovec *v, int max)
{
	const struct outq_part *part = q->head;
	int n = 0;

	for (; part != NULL && n < max; part = part->next) {
		if (part->seq > released)
			break;
		/* whoever sends does not write to them */
		v[n].iov_base = (void *)(uintptr_t)part_bytes(part);
		v[n].iov_len = part->end - part->off;
		n++;
	}
	return n;
}

size_t
outq_copy(const struct outq *q, uint64_t released, size_t max, struct buf *out)
{
	const struct outq_part *part = q->head;
	size_t n = 0;

	for (; part != NULL && part->seq <= released && n < max;
	     part = part->next) {
		size_t now = size_min(part->end - part->off, max - n);

		if (out != NULL)
			buf_add(out, part_bytes(part), now);
		n += now;
	}
	return n;
}

void
outq_consume(struct outq *q, size_t n)
{
	ASSERT(n <= q->bytes);
	q->bytes -= (uint32_t)n;
	while (n > 0) {
		struct outq_part *part = q->head;
		uint32_t left = part->end - part->off;

		if (n < left) {
			part->off += (uint32_t)n;
			return;
		}
		n -= left;
		q->head = part->next;
		part_free(part);
	}
	if (q->head == NULL)
		q->tail = NULL;
}
