/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_LIST_H
#define NUDGE_LIST_H
/*
 * Circular doubly linked list, links embedded in the object.  A zeroed node
 * is "in no list"; list_remove() makes it so again.
 */
#include "common/base/base.h"

struct list {
	struct list *next;
	struct list *prev;
};

#define LIST_EACH(it, head)                                         \
	for (struct list *it = (head)->next, *it##_next = it->next; \
	     it != (head); it = it##_next, it##_next = it->next)

static inline void
list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool
list_empty(const struct list *head)
{
	return head->next == head;
}

static inline bool
list_linked(const struct list *node)
{
	return node->next != NULL;
}

static inline void
list_push(struct list *head, struct list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

static inline void
list_push_front(struct list *head, struct list *node)
{
	list_push(head->next, node);
}

static inline void
list_remove(struct list *node)
{
	if (node->next == NULL)
		return;
	node->prev->next = node->next;
	node->next->prev = node->prev;
	node->next = node->prev = NULL;
}

/* Move every node of from (which is then empty) behind to's last one. */
static inline void
list_splice(struct list *to, struct list *from)
{
	if (list_empty(from))
		return;
	from->next->prev = to->prev;
	to->prev->next = from->next;
	from->prev->next = to;
	to->prev = from->prev;
	list_init(from);
}

#endif
