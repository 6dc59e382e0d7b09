# SPDX-License-Identifier: MIT
# The documents of soap/pages become constants, without the white space between
# elements: tabs.xml is soap_page_tabs.
ifneq ($(filter soap,$(ONLY)),)
GEN_OBJS += $(O)/gen/soap_pages.o
endif
SOAP_PAGES := $(sort $(wildcard soap/pages/*.xml soap/pages/*.html))

$(O)/gen/soap_pages.c: $(SOAP_PAGES) soap/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "soap/pages.h"'; \
	for f in $(SOAP_PAGES); do \
		name=$$(basename $${f%.*}); \
		echo "static const unsigned char $${name}_text[] = {"; \
		sed 's/^[[:space:]]*//' $$f | tr -d '\n' | \
			od -An -v -tx1 | sed 's/ \(..\)/0x\1,/g'; \
		echo "};"; \
		echo "const struct slice soap_page_$$name = {"; \
		echo "	(const char *)$${name}_text, sizeof($${name}_text)"; \
		echo "};"; \
	done; } > $@.tmp
	@mv $@.tmp $@

$(O)/gen/soap_pages.o: $(O)/gen/soap_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
