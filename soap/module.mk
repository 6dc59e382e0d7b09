# SPDX-License-Identifier: MIT
# tabs.xml is soap_page_tabs.
ifneq ($(filter soap,$(ONLY)),)
GEN_OBJS += $(O)/gen/soap_pages.o
endif
SOAP_PAGES := $(sort $(wildcard soap/pages/*.xml soap/pages/*.html))

$(O)/gen/soap_pages.c: $(SOAP_PAGES) tools/pages.sh
	@mkdir -p $(@D)
	@tools/pages.sh -s soap/pages.h soap $(SOAP_PAGES) > $@.tmp
	@mv $@.tmp $@

$(O)/gen/soap_pages.o: $(O)/gen/soap_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
