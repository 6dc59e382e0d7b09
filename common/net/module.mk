# SPDX-License-Identifier: MIT
# The names of close reasons as logs spell them: line-too-long and so on.
$(O)/gen/close_names.inc: common/net/close.def
	@mkdir -p $(@D)
	sed -n 's/^CLOSE(\([A-Z_]*\),.*/"\1",/p' $< | tr 'A-Z_' 'a-z-' >$@

$(O)/common/net/link.o: $(O)/gen/close_names.inc
