# SPDX-License-Identifier: MIT
# Two commands do everything on a fresh Debian 12: "make run" and "make test".
# Plain "make" builds build/release/nudged and build/release/nudgectl.

VARIANT ?= release
O := build/$(VARIANT)
# CROSS=aarch64-linux-gnu- builds for another machine, see docs/TESTING.md.
ifeq ($(origin CC),default)
CC := $(if $(filter clang fuzz,$(VARIANT)),clang,$(CROSS)gcc)
endif
ifeq ($(origin AR),default)
AR := $(CROSS)ar
endif
# Debian's, which has Debian's pytest; another one may come first in PATH
PYTHON ?= /usr/bin/python3
PREFIX ?= /usr/local

DIRS := common/base common/net common/http common/codec common/auth common/ops \
	core core/people core/talk core/door core/desk core/store certs operator \
	ns ns/msnp ns/switchboard nexus nexus/upstream soap chat chat/ircx \
	web web/admin roof
# "make ONLY='common/base common/net' unit" builds a part of the tree
ONLY ?= $(DIRS)

# What the compiler is asked for; what it knows of that is kept in a file.
WARN_ASKED := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wvla -Walloca \
	-Wconversion -Wsign-conversion -Wdouble-promotion \
	-Wimplicit-fallthrough -Wnull-dereference -Wswitch-enum \
	-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wtrampolines
HARDEN_ASKED := -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -mbranch-protection=standard -fPIE
empty :=
space := $(empty) $(empty)
comma := ,
CC_OPTIONS := build/options/$(subst /,_,$(subst $(space),_,$(CC))).mk
$(CC_OPTIONS): Makefile tools/cc-options.sh
	@mkdir -p $(@D)
	@tools/cc-options.sh '$(CC)' \
		WARN=$(subst $(space),$(comma),$(WARN_ASKED)) \
		HARDEN=$(subst $(space),$(comma),$(HARDEN_ASKED)) >$@.new
	@mv $@.new $@
# What needs no compiler does not ask it.
ifneq ($(filter-out lint clean help format deb dist,$(or $(MAKECMDGOALS),all)),)
include $(CC_OPTIONS)
endif
CC_IS_CLANG := $(shell $(CC) --version 2>/dev/null | grep -c clang)
# No -ftrivial-auto-var-init: the compiler of Debian 12 (GCC 12.2) then zeroes
# four bytes of the first element of an array of structs that has padding behind
# it in a struct that is initialised.
ifneq ($(WERROR),)
WARN += -Werror
endif

CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=3
CFLAGS_debug := -O0 -g
# only to see what the other compiler has to say
CFLAGS_clang := -O1 -g
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

CPPFLAGS := -I. -I$(O)/gen -D_GNU_SOURCE $(LARGE_FILES) \
	-DMBEDTLS_ALLOW_PRIVATE_ACCESS # mbedTLS 3 hides members
# The folder of the build does not get into the program.
CFLAGS := -std=c11 -ffile-prefix-map=$(CURDIR)=. $(WARN) $(HARDEN) $(CFLAGS_$(VARIANT))
LDFLAGS := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack $(LDFLAGS_$(VARIANT))
LIBS := -luv -lmicrohttpd -lmbedtls -lmbedx509 -lmbedcrypto -lsqlite3 \
	-lexpat -lcrypt -lpthread

SRCS := $(foreach d,$(ONLY),$(sort $(wildcard $(d)/*.c)))
OBJS := $(SRCS:%.c=$(O)/%.o)
LIB := $(O)/libnudge.a

# build/release/nudged and nudgectl; VARIANT=asan, debug or tsan: another folder
all: $(O)/nudged $(O)/nudgectl

-include $(wildcard */module.mk */*/module.mk)

$(LIB): $(OBJS) $(GEN_OBJS)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcsD $@ $^

# Which version this is.  The file changes when that does.
# "make VERSION=0.2.0" where there is neither Git nor packaging/COMMIT
VERSION :=
$(O)/gen/version: FORCE
	@mkdir -p $(@D)
	@v=$(or $(VERSION),$$(tools/version.sh)) && { \
		[ "$$v" = "$$(cat $@ 2>/dev/null)" ] || echo "$$v" >$@; }
FORCE:

$(O)/version.o: version.c common/base/version.h $(O)/gen/version
	$(CC) $(CPPFLAGS) -DNUDGE_VERSION="\"$$(cat $(O)/gen/version)\"" \
		$(CFLAGS) -c -o $@ $<

$(O)/nudged: $(O)/nudged.o $(O)/version.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/nudgectl: $(O)/nudgectl.o $(O)/version.o $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(O)/%.o: %.c | build/.headers
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# One kind sentence in place of a wall of errors.
HEADERS := uv.h mbedtls/ssl.h microhttpd.h sqlite3.h expat.h crypt.h \
	curl/curl.h
build/.headers:
	@for h in $(HEADERS); do \
		echo "#include <$$h>" | $(CC) -E - >/dev/null 2>&1 || { \
		echo "$$h or the compiler $(CC) is missing; run" \
			"\"make run\" or tools/setup.sh"; exit 1; }; \
	done
	@mkdir -p $(@D)
	@touch $@

# ---- tests written in C: tests/{unit,proto,store}/test_*.c ----
# A client of the bench's, written from the documents, serves tests too.
OLD_CLIENT := oldclient oldkeys oldsecret oldsock meter
# Other .c files in these folders and in tests/fuzz are helpers: a library of
# which each program takes what it uses.
KINDS := unit proto store
TESTS := $(foreach k,$(KINDS),$(wildcard tests/$(k)/test_*.c))
TEST_BINS := $(TESTS:%.c=$(O)/%)
FUZZ := $(wildcard tests/fuzz/fuzz_*.c)
FUZZ_BINS := $(FUZZ:%.c=$(O)/%)
HELPERS := $(patsubst %.c,$(O)/%.o,$(filter-out $(TESTS) $(FUZZ), \
	$(foreach k,$(KINDS) fuzz,$(wildcard tests/$(k)/*.c)))) \
	$(OLD_CLIENT:%=$(O)/bench/%.o)
TEST_LIB := $(O)/libtest.a

$(TEST_LIB): $(HELPERS)
	@mkdir -p $(@D)
	@rm -f $@
	$(AR) rcsD $@ $^

$(TEST_BINS): $(O)/%: $(O)/%.o $(TEST_LIB) $(LIB) | $(O)/version.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(O)/version.o $(LIBS) -lcmocka

$(FUZZ_BINS): $(O)/%: $(O)/%.o $(TEST_LIB) $(LIB) | $(O)/version.o
	$(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(O)/version.o $(LIBS) -lcmocka

# compile the tests written in C
tests: $(TEST_BINS)

# run the tests written in C; T=tests/unit/test_slice runs one
unit: $(if $(T),$(O)/$(T),$(TEST_BINS))
	@for t in $^; do echo "== $$t"; $$t || exit 1; done

# compile the fuzzers
fuzzers: $(FUZZ_BINS)

# one fuzzer for a while: T=xml TIME=60
fuzz:
	@tools/fuzz.sh "$(T)" "$(TIME)"

# ---- what people ask for ----

# install what is missing, build, and run a server; ARGS go to nudged
run:
	@tools/run.sh $(ARGS)

# install what is missing, build, and test; what every change must pass
test:
	@tools/test.sh

# what takes longer than a contributor waits: every client with every other,
# browsers, ASan, containers; after "make test"
test-long:
	@tools/test-long.sh $(PARTS)

# built for ARM, and tested by qemu; ARGS=build only builds
test-arm:
	@tools/test-arm.sh $(ARGS)

# TIME=600: seconds for each of its two long parts
torture:
	@tools/torture.sh "$(TIME)"

# TIME=60: seconds that a thousand gateway sessions chat
soak:
	@tools/soak.sh "$(TIME)"

# which statement of docs/protocol is shown by which test of the last run
conformance:
	@$(PYTHON) -B tests/conformance.py

# TIME=20: seconds of each attack, TIME=short for less than four minutes in all
siege:
	@tools/siege.sh $(or $(TIME),20) $(ARGS)

# the quick one: C tests of this variant, and lint
check: unit lint

# the rules of the house that a program can check
lint:
	@$(PYTHON) -B tests/lint/lint.py

C_FILES = $(shell find . -name build -prune -o -name '*.[ch]' -print)
# put C files into the form that lint asks for
format:
	clang-format -i $(C_FILES)

# compile everything, run nothing
compile: $(OBJS) $(patsubst %.c,$(O)/%.o,$(wildcard nudged.c nudgectl.c)) \
	$(O)/version.o $(TEST_BINS)

compile_commands.json: Makefile
	@tools/compdb.sh '$(CC) $(CPPFLAGS) $(CFLAGS)' $(SRCS) \
		$(wildcard nudged.c nudgectl.c) $(TESTS) > $@
	@echo "wrote $@"

# the manual pages, which tell what the program itself knows
MAN := $(patsubst docs/man/%.in,$(O)/man/%,$(wildcard docs/man/*.in))
$(MAN): $(O)/man/%: docs/man/%.in tools/man.sh $(O)/nudged \
	operator/commands.c operator/here.c
	@mkdir -p $(@D)
	tools/man.sh $(O)/nudged $< >$@

# the manual pages, in build/release/man
man: $(MAN)

SHARE := $(PREFIX)/share
# what completes nudgectl's commands in a shell
ZSHDIR := $(SHARE)/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
COMPLETION := $(addprefix $(O)/completion/,bash zsh fish)
$(COMPLETION): $(O)/completion/%: $(O)/nudgectl
	@mkdir -p $(@D)
	$(O)/nudgectl completion $* >$@

# where an administrator looks: /etc when installed below /usr
CONFDIR ?= $(if $(filter /usr,$(PREFIX)),,$(PREFIX))/etc/nudge
UNITDIR ?= $(PREFIX)/lib/systemd/system

# install below PREFIX, in the folder DESTDIR where that is given
install: all man $(COMPLETION)
	install -d $(addprefix $(DESTDIR),$(PREFIX)/bin $(SHARE)/doc/nudge \
		$(SHARE)/man/man1 $(SHARE)/man/man5 $(SHARE)/man/man8 \
		$(SHARE)/bash-completion/completions \
		$(ZSHDIR) \
		$(SHARE)/fish/vendor_completions.d $(CONFDIR) $(UNITDIR))
	install -m 755 $(O)/nudged $(O)/nudgectl $(DESTDIR)$(PREFIX)/bin
	install -m 644 README.md LICENSE CHANGELOG.md \
		$(wildcard docs/OPERATIONS.md docs/UPSTREAM.md) \
		$(DESTDIR)$(SHARE)/doc/nudge
	install -m 644 $(filter %.1,$(MAN)) $(DESTDIR)$(SHARE)/man/man1
	install -m 644 $(filter %.5,$(MAN)) $(DESTDIR)$(SHARE)/man/man5
	install -m 644 $(filter %.8,$(MAN)) $(DESTDIR)$(SHARE)/man/man8
	install -m 644 $(O)/completion/bash \
		$(DESTDIR)$(SHARE)/bash-completion/completions/nudgectl
	install -m 644 $(O)/completion/zsh \
		$(DESTDIR)$(ZSHDIR)/_nudgectl
	install -m 644 $(O)/completion/fish \
		$(DESTDIR)$(SHARE)/fish/vendor_completions.d/nudgectl.fish
	sed 's,@BINDIR@,$(PREFIX)/bin,; s,@CONFDIR@,$(CONFDIR),' \
		packaging/nudge.service.in >$(DESTDIR)$(UNITDIR)/nudge.service
	sed 's,@BINDIR@,$(PREFIX)/bin,' packaging/nudge-backup.service.in \
		>$(DESTDIR)$(UNITDIR)/nudge-backup.service
	chmod 644 $(DESTDIR)$(UNITDIR)/nudge.service \
		$(DESTDIR)$(UNITDIR)/nudge-backup.service
	install -m 644 packaging/nudge-backup.timer $(DESTDIR)$(UNITDIR)
	[ -e $(DESTDIR)$(CONFDIR)/nudge.conf ] || install -m 644 \
		packaging/nudge.conf $(DESTDIR)$(CONFDIR)
	install -d $(DESTDIR)$(SHARE)/doc/nudge/fail2ban
	install -m 644 $(wildcard packaging/fail2ban/*.conf) \
		$(DESTDIR)$(SHARE)/doc/nudge/fail2ban
	install -d $(DESTDIR)$(SHARE)/doc/nudge/monitoring
	install -m 644 $(wildcard packaging/monitoring/*) \
		$(DESTDIR)$(SHARE)/doc/nudge/monitoring

# a Debian package, build/deb/nudge_VERSION_ARCH.deb; ARCH=arm64 or armhf
deb:
	@tools/deb.sh "$(ARCH)" "$(VERSION)"

# the sources of this commit, build/dist/nudge-VERSION.tar.gz
dist:
	@tools/dist.sh

# what make can do
help:
	@awk '/^# / { said = said (said == "" ? "" : "\n\t") substr($$0, 3); next } \
		/^[a-z][a-z-]*:( |$$)/ && said != "" { \
			sub(/:.*/, ""); if (!told[$$0]++) printf "make %s\n\t%s\n", $$0, said } \
		{ said = "" }' Makefile bench/module.mk

# remove what was built
clean:
	rm -rf build

.PHONY: all tests unit fuzzers fuzz run test test-long test-arm torture soak siege conformance check lint format compile \
	man install deb dist help clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:
-include $(OBJS:.o=.d) $(O)/nudged.d $(O)/nudgectl.d $(TEST_BINS:=.d) \
	$(FUZZ_BINS:=.d) $(HELPERS:.o=.d)
