# SPDX-License-Identifier: MIT
# What takes how long and must not depend on secrets: "make timing".
TIMING := $(O)/tests/timing/oldtls

$(TIMING): $(O)/tests/timing/oldtls.o $(O)/libtest.a $(O)/libnudge.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka -lm

# N=2000: samples of each kind
timing: $(TIMING)
	@$(TIMING) $(N)

.PHONY: timing
-include $(O)/tests/timing/oldtls.d
