# SPDX-License-Identifier: MIT
# Two commands do everything on a fresh Debian 12: "make run" and "make test".
# Plain "make" builds build/release/nudged and build/release/nudgectl.

VARIANT ?= release
O := build/$(VARIANT)
CC ?= gcc

DIRS := common/base common/net common/http common/codec common/auth common/ops \
	core core/store certs operator ns ns/msnp ns/switchboard nexus
# "make ONLY='common/base common/net' unit" builds a part of the tree
ONLY ?= $(DIRS)

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wvla -Walloca \
	-Wconversion -Wsign-conversion -Wdouble-promotion \
	-Wimplicit-fallthrough -Wnull-dereference -Wswitch-enum
HARDEN := -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -fPIE
CC_IS_CLANG := $(shell $(CC) --version 2>/dev/null | grep -c clang)
ifeq ($(CC_IS_CLANG),0)
WARN += -Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wtrampolines
HARDEN += -ftrivial-auto-var-init=zero
endif
ifneq ($(WERROR),)
WARN += -Werror
endif

CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3
CFLAGS_debug := -O0 -g
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
	-fno-sanitize-recover=all
CFLAGS_tsan := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
CFLAGS_fuzz := -O1 -g -fno-omit-frame-pointer \
	-fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
ifeq ($(CC_IS_CLANG),1)
CFLAGS_asan += -fno-sanitize=function
CFLAGS_fuzz += -fno-sanitize=function
endif
LDFLAGS_asan := -fsanitize=address,undefined
LDFLAGS_tsan := -fsanitize=thread
LDFLAGS_fuzz := -fsanitize=address,undefined

CPPFLAGS := -I. -I$(O)/gen -D_GNU_SOURCE
CFLAGS := -std=c11 $(WARN) $(HARDEN) $(CFLAGS_$(VARIANT))
LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack $(LDFLAGS_$(VARIANT))
LIBS := -luv -lmicrohttpd -lmbedtls -lmbedx509 -lmbedcrypto -lsqlite3 \
	-lexpat -lcrypt -lpthread

SRCS := $(foreach d,$(ONLY),$(sort $(wildcard $(d)/*.c)))
OBJS := $(SRCS:%.c=$(O)/%.o)
LIB := $(O)/libnudge.a

all: $(O)/nudged $(O)/nudgectl

-include $(wildcard */module.mk */*/module.mk)

$(LIB): $(OBJS) $(GEN_OBJS)
	@rm -f $@
	ar rcsD $@ $^

$(O)/nudged: $(O)/nudged.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/nudgectl: $(O)/nudgectl.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# ---- tests written in C: tests/{unit,proto,store}/test_*.c ----
KINDS := unit proto store
TESTS := $(foreach k,$(KINDS),$(wildcard tests/$(k)/test_*.c))
TEST_BINS := $(TESTS:%.c=$(O)/%)
HELPERS := $(patsubst %.c,$(O)/%.o,$(foreach k,$(KINDS),$(filter-out \
	tests/$(k)/test_%,$(wildcard tests/$(k)/*.c))))

$(O)/tests/%: $(O)/tests/%.o $(HELPERS) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(HELPERS) $(LIB) $(LIBS) -lcmocka

# one program: make unit T=tests/unit/test_slice
unit: $(if $(T),$(O)/$(T),$(TEST_BINS))
	@for t in $^; do echo "== $$t"; $$t || exit 1; done

clean:
	rm -rf build

.PHONY: all unit clean
.SECONDARY:
-include $(OBJS:.o=.d) $(O)/nudged.d $(O)/nudgectl.d $(TEST_BINS:=.d) $(HELPERS:.o=.d)
