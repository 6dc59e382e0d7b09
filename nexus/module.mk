# SPDX-License-Identifier: MIT
# The pages of nexus/pages become constants: login.html is nexus_page_login.
ifneq ($(filter nexus,$(ONLY)),)
GEN_OBJS += $(O)/gen/nexus_pages.o
endif
NEXUS_PAGES := $(sort $(wildcard nexus/pages/*.html))

$(O)/gen/nexus_pages.c: $(NEXUS_PAGES) nexus/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "nexus/front.h"'; \
	for f in $(NEXUS_PAGES); do \
		name=$$(basename $$f .html); \
		echo "static const unsigned char $${name}_html[] = {"; \
		od -An -v -tx1 $$f | sed 's/ \(..\)/0x\1,/g'; \
		echo "};"; \
		echo "const struct slice nexus_page_$$name = {"; \
		echo "	(const char *)$${name}_html, sizeof($${name}_html)"; \
		echo "};"; \
	done; } > $@.tmp
	@mv $@.tmp $@

$(O)/gen/nexus_pages.o: $(O)/gen/nexus_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
