# SPDX-License-Identifier: MIT
# What takes how long and must not depend on secrets: "make timing".
TIMING := $(O)/tests/timing/oldtls

$(TIMING): $(O)/tests/timing/oldtls.o $(O)/tests/timing/stats.o \
		$(O)/libtest.a $(O)/libnudge.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lm

# N=2000: rounds, of one sample of each kind; 1 when ours tells something
timing: $(TIMING)
	@$(TIMING) $(N)

.PHONY: timing
-include $(O)/tests/timing/oldtls.d $(O)/tests/timing/stats.d
