# SPDX-License-Identifier: MIT
# Benchmarks: clients written from the documents, not linked with the library.
# "make bench" measures the release build; see docs/PERFORMANCE.md.

BENCH := $(O)/bench
BENCH_LOAD := fan frame load load_chat load_chat_idle load_gateway load_idle \
	load_pairs load_presence \
	load_raw load_sbsetup load_signin load_soap meter options pump \
	rstclient soapclient talk user users web wire
BENCH_OLD := meter oldclient oldkeys oldsecret oldsock
BENCH_TLS := frame nsclient options rstclient soapclient ssologin ssoproof \
	tlsclient tlslogin web $(BENCH_OLD)
BENCH_PROGRAMS := $(BENCH)/relay $(BENCH)/load $(BENCH)/tlsbare \
	$(BENCH)/tlsload $(BENCH)/oldask

$(BENCH)/relay: $(BENCH)/relay.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BENCH)/load: $(BENCH_LOAD:%=$(BENCH)/%.o)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lmbedcrypto

$(BENCH)/tlsbare: $(BENCH)/tlsbare.o $(BENCH)/meter.o $(BENCH)/options.o
$(BENCH)/tlsload: $(BENCH)/tlsload.o $(BENCH_TLS:%=$(BENCH)/%.o)
$(BENCH)/oldask: $(BENCH)/oldask.o $(BENCH_OLD:%=$(BENCH)/%.o)
$(BENCH)/tlsbare $(BENCH)/tlsload $(BENCH)/oldask:
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lmbedtls -lmbedx509 -lmbedcrypto \
		-lpthread

# tests/e2e asks with it
tests: $(BENCH)/oldask

bench-programs: $(BENCH_PROGRAMS)

bench: $(BENCH_PROGRAMS) all
	/usr/bin/python3 bench/run.py --build $(O)

bench-quick: $(BENCH_PROGRAMS) all
	/usr/bin/python3 bench/run.py --build $(O) --quick

.PHONY: bench bench-quick bench-programs
-include $(wildcard $(BENCH)/*.d)
