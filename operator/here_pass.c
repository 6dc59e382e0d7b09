/* SPDX-License-Identifier: MIT */
#include "operator/here_pass.h"

#include "common/base/buf.h"
#include "common/base/panic.h"
#include "common/codec/hex.h"
#include "operator/here.h"

#include <errno.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool
here_line(FILE *in, char *out, size_t max)
{
	size_t n;

	if (fgets(out, (int)max, in) == NULL)
		return false;
	n = strcspn(out, "\r\n");
	out[n] = '\0';
	return n > 0;
}

bool
here_ask(const char *prompt, char *out, size_t max)
{
	struct termios shown, hidden;
	bool good;

	if (tcgetattr(STDIN_FILENO, &shown) < 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	/* before the prompt: what is typed after it must not be thrown away */
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) < 0)
		return false;
	fputs(prompt, stderr);
	good = here_line(stdin, out, max);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &shown);
	fputc('\n', stderr);
	return good;
}

static bool
refuse(const char *why)
{
	(void)here_complain(why);
	return false;
}

bool
here_long_enough(const char *password)
{
	size_t n = 0;

	for (; *password != '\0'; password++)
		n += ((unsigned char)*password & 0xc0) != 0x80;
	if (n > HERE_PASS_OLD)
		fprintf(stderr,
		    "nudgectl: more than %d letters: some old programs cannot "
		    "send so long a password\n",
		    HERE_PASS_OLD);
	return n >= HERE_PASS_MIN;
}

bool
here_refuse_short(void)
{
	fprintf(stderr, "nudgectl: a password has %d letters at least\n",
	    HERE_PASS_MIN);
	return false;
}

static bool
ask(bool twice, char out[HERE_PASS_MAX])
{
	char again[HERE_PASS_MAX] = "";
	bool same;

	if (!isatty(STDIN_FILENO))
		return refuse("no passphrase: give --passphrase-file FILE");
	if (!here_ask("Passphrase: ", out, HERE_PASS_MAX) ||
	    (twice && !here_ask("Once more: ", again, sizeof(again))))
		return refuse("no passphrase given");
	same = !twice || strcmp(out, again) == 0;
	mem_wipe(again, sizeof(again));
	return same || refuse("the two are not the same; try again");
}

static bool
read_file(const char *file, char out[HERE_PASS_MAX])
{
	bool is_stdin = strcmp(file, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(file, "re");
	bool good;

	if (in == NULL) {
		fprintf(stderr, "nudgectl: cannot read %s: %s\n", file,
		    strerror(errno));
		return false;
	}
	good = here_line(in, out, HERE_PASS_MAX);
	if (!is_stdin)
		(void)fclose(in);
	return good || refuse("the passphrase's file begins with no line");
}

bool
here_passphrase(const char *file, bool twice, char out[HERE_PASS_MAX])
{
	size_t n;

	if (file != NULL ? !read_file(file, out) : !ask(twice, out))
		return false;
	n = strlen(out);
	if (n < PASSPHRASE_MIN)
		return refuse("a passphrase has 8 characters at least");
	return n <= PASSPHRASE_MAX ||
	    refuse("a passphrase has 256 bytes at most");
}

bool
here_new_key(const char *file, struct here_key *out)
{
	unsigned char key[PASSPHRASE_KEY_BYTES];
	struct buf hex = BUF_INIT(2 * sizeof(key));
	char phrase[HERE_PASS_MAX];
	bool good = here_passphrase(file, true, phrase);

	*out = (struct here_key){ "", "" };
	if (good) {
		passphrase_setting(env_real(), out->setting);
		good = passphrase_key(slice_text(phrase),
			   slice_text(out->setting), key) == 0 ||
		    refuse("no memory for the passphrase's key");
	}
	if (good) {
		hex_encode(&hex, slice_make(key, sizeof(key)));
		memcpy(out->hex, hex.p, hex.n);
		mem_wipe(hex.p, hex.n);
	}
	mem_wipe(phrase, sizeof(phrase));
	mem_wipe(key, sizeof(key));
	buf_free(&hex);
	return good;
}
