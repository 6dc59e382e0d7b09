# SPDX-License-Identifier: MIT
# The schema files become a part of the program.
ifneq ($(filter core/store,$(ONLY)),)
STORE_SCHEMA := $(sort $(wildcard core/store/schema/[0-9]*.sql))
GEN_OBJS += $(O)/gen/store_schema.o
endif

$(O)/gen/store_schema.c: core/store/schema/embed.sh $(STORE_SCHEMA)
	@mkdir -p $(@D)
	sh core/store/schema/embed.sh $(STORE_SCHEMA) > $@.new
	@mv $@.new $@

$(O)/gen/store_schema.o: $(O)/gen/store_schema.c core/store/store_schema.h
	$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
