/* SPDX-License-Identifier: MIT */
/* GateKeeper's tokens as a stranger may send them: quoted, and as they are. */
#include "chat/gatekeeper.h"
#include "chat/ircx/quote.h"
#include "common/base/panic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
look(struct slice token)
{
	static const unsigned char challenge[] = "ABCDEFGH";
	struct gk_answer answer;
	uint32_t number;

	if (gk_hello(token, &number))
		ASSERT(number >= 1 && number <= 4 && token.n >= 16);
	for (number = 1; number <= 4; number++)
		if (gk_answer(token, number, challenge,
			SLICE_LIT("127.0.0.1, chat.msn.com"), &answer))
			ASSERT(token.n == (answer.has_guid ? 48 : 32));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice in = slice_make(data, size);
	struct buf plain = BUF_INIT(4096), again = BUF_INIT(16384);

	look(in);
	if (ircx_unquote(&plain, in) && buf_ok(&plain)) {
		look(buf_slice(&plain));
		ircx_quote(&again, buf_slice(&plain));
		buf_reset(&plain);
		ASSERT(
		    !buf_ok(&again) || ircx_unquote(&plain, buf_slice(&again)));
	}
	buf_free(&plain);
	buf_free(&again);
	return 0;
}
