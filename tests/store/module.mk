# SPDX-License-Identifier: MIT
# The server on a disk that forgets what was not synced, for tests/e2e.
VOLATILE := $(O)/tests/nudged-volatile

$(VOLATILE): $(O)/nudged.o $(O)/tests/store/volatile_vfs.o \
		$(O)/tests/store/powercut_disk.o $(O)/version.o $(O)/libnudge.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

tests: $(VOLATILE)
