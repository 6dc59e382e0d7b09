# SPDX-License-Identifier: MIT
ifneq ($(filter web,$(ONLY)),)
GEN_OBJS += $(O)/gen/web_pages.o
endif
WEB_STYLE := web/pages/style.css
WEB_HEAD := web/pages/head.html
# The head names the style by what is in it, so that it can be kept for long.
WEB_PAGES := $(filter-out $(WEB_HEAD), \
	$(sort $(wildcard $(addprefix web/pages/*.,html txt gif css)))) \
	$(O)/gen/head.html

$(O)/gen/head.html: $(WEB_HEAD) $(WEB_STYLE)
	@mkdir -p $(@D)
	@sed "s/@STYLE@/$$(cksum <$(WEB_STYLE) | cut -d' ' -f1)/" $< > $@.tmp
	@mv $@.tmp $@

$(O)/gen/web_pages.c: $(WEB_PAGES) tools/pages.sh
	@mkdir -p $(@D)
	@tools/pages.sh web/front.h web $(WEB_PAGES) > $@.tmp
	@mv $@.tmp $@

$(O)/gen/web_pages.o: $(O)/gen/web_pages.c
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
