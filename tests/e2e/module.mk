# SPDX-License-Identifier: MIT
# The server as it is, but that who started it may look into its memory.
READABLE := $(O)/tests/nudged-readable

$(READABLE): $(O)/nudged.o $(O)/tests/e2e/readable.o $(O)/version.o \
		$(O)/libnudge.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

tests: $(READABLE)
