/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PANIC_H
#define NUDGE_PANIC_H
/*
 * Invariants.  ASSERT stays on in every build and never checks input.
 * Allocation failure ends the program: every size a stranger can influence
 * has a ceiling long before memory runs out.
 */
#include "common/base/base.h"

#define ASSERT(cond) ((cond) ? (void)0 : panic_at(__FILE__, __LINE__, #cond))

_Noreturn void panic_at(const char *file, int line, const char *what);

/* Zeroed memory, or the program ends.  free() releases it. */
void *mem_alloc(size_t n);
void *mem_alloc_array(size_t count, size_t each);
void *mem_realloc_array(void *old, size_t count, size_t each);
/* A NUL-terminated copy of n bytes. */
char *mem_copy_text(const void *p, size_t n);
/* Overwrite a secret; the compiler may not remove it. */
void mem_wipe(void *p, size_t n);
/* Equal in time that depends on n alone. */
bool mem_equal_ct(const void *a, const void *b, size_t n);

#endif
