# SPDX-License-Identifier: MIT
# The server's commands, as nudgectl tells of them when no server is there.
$(O)/gen/commands.inc: operator/commands.c
	@mkdir -p $(@D)
	sed -n 's/^\t{ \("[^"]*", *"[^"]*", *"[^"]*"\),.*operator_.*/\t{ \1 },/p' \
		$< >$@

$(O)/operator/tell.o: $(O)/gen/commands.inc
