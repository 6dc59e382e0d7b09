/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_PANIC_H
#define NUDGE_PANIC_H
/*
 * Invariants.  ASSERT stays on in every build and never checks input.
 *
 * Memory: every size a stranger can influence has a ceiling long before it
 * runs out.  When the system refuses all the same (a limit of the process),
 * a reserve is given up once, and from then on memory is short: doors take
 * nobody new until the reserve could be had again.  What strangers send is
 * kept by mem_grow(), which may fail: that ends one connection.  Only when
 * something small and needed is refused behind the reserve, the program ends.
 */
#include "common/base/base.h"

#define ASSERT(cond) ((cond) ? (void)0 : panic_at(__FILE__, __LINE__, #cond))

_Noreturn void panic_at(const char *file, int line, const char *what);

/* Have so many bytes of address space in reserve; 0: give it back. */
void mem_reserve(size_t n);
/* The reserve was needed. */
bool mem_is_short(void);
/* Try to have it again; true: memory is not short any more. */
bool mem_recover(void);
/* As realloc(); NULL: refused, and old is as it was. */
void *mem_grow(void *old, size_t n);

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
