# SPDX-License-Identifier: MIT
ifneq ($(filter nexus,$(ONLY)),)
GEN_OBJS += $(O)/gen/nexus_pages.o
endif
NEXUS_PAGES := $(sort $(wildcard nexus/pages/*.html))

$(O)/gen/nexus_pages.c: $(NEXUS_PAGES) tools/pages.sh
	@mkdir -p $(@D)
	@tools/pages.sh nexus/front.h nexus $(NEXUS_PAGES) > $@.tmp
	@mv $@.tmp $@

$(O)/gen/nexus_pages.o: $(O)/gen/nexus_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
