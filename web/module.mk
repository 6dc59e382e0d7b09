# SPDX-License-Identifier: MIT
ifneq ($(filter web,$(ONLY)),)
GEN_OBJS += $(O)/gen/web_pages.o
endif
WEB_PAGES := $(sort $(wildcard $(addprefix web/pages/*.,html txt gif)))

$(O)/gen/web_pages.c: $(WEB_PAGES) tools/pages.sh
	@mkdir -p $(@D)
	@tools/pages.sh web/front.h web $(WEB_PAGES) > $@.tmp
	@mv $@.tmp $@

$(O)/gen/web_pages.o: $(O)/gen/web_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
