/* SPDX-License-Identifier: MIT */
/*
 * The commands.  A verb has a row for each state in which it means something
 * else; its rows stand together.  A verb that has rows but none for the state
 * ends the connection.
 */
#include "common/base/panic.h"
#include "ns/conn.h"

#define NEW    CONN_NEW
#define CVR0   CONN_CVR0
#define BEFORE CONN_VERSIONED | CONN_CHALLENGED
#define IN     CONN_SIGNED_IN
#define SEATED CONN_SEATED
#define ANY    UINT8_MAX

#define LSG_ASKED (D_APART | D_GROUPS)

/*
 * min and max count the words behind the TrID.  A MSG costs nothing: a
 * picture on its way is thousands of them, and a conversation is held back by
 * its slowest reader instead.
 */
/* clang-format off */
static const struct command_row rows[] = {
	/* verb   states                    needs          bars    trid   min max  no dialect    bad arguments payload            ceiling           cost  secret run */
	{  "VER", NEW,                      0,             0,      true,  1, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_ver },
	{  "VER", CVR0 | BEFORE | IN,       0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_ver_again },
	{  "CVR", BEFORE | IN,              0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_cvr },
	{  "CVQ", CVR0,                     0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_cvq },
	{  "GET", NEW,                      0,             0,      false, 2, 2,   REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_get },
	{  "USR", NEW,                      0,             0,      true,  2, 2,   REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 3, sb_usr },
	{  "USR", BEFORE,                   0,             0,      true,  3, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 4, cmd_usr },
	{  "USR", IN,                       0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 2, cmd_usr_again },
	{  "USR", SEATED,                   0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 2, sb_usr_again },
	{  "ANS", NEW,                      0,             0,      true,  3, 3,   REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 3, sb_ans },
	{  "ANS", SEATED,                   0,             0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 3, sb_usr_again },
	{  "OUT", CVR0 | NEW | BEFORE | IN, 0,             0,      false, 0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_out },
	{  "OUT", SEATED,                   0,             0,      false, 0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, sb_out },
	{  "MSG", SEATED,                   0,             0,      true,  2, 2,   REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_LAST_WORD, CEILING_TAKE_TALK, 0,   0, sb_msg },
	{  "CAL", SEATED,                   0,             0,      true,  1, 1,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                250,  0, sb_cal },
	{  "PNG", IN | SEATED,              0,             0,      false, 0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_png },
	{  "SYN", IN,                       0,             D_BOOK, true,  1, 2,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                5000, 0, cmd_syn },
	{  "CHG", IN,                       0,             0,      true,  1, ANY, REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                250,  0, cmd_chg },
	{  "UUX", IN,                       D_NOTES,       0,      true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_uux },
	{  "ADD", IN,                       D_SERIALS,     D_BOOK, true,  3, 4,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_add },
	{  "ADC", IN,                       D_GUIDS,       D_BOOK, true,  2, 4,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_adc },
	{  "REM", IN,                       0,             D_BOOK, true,  2, 3,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_rem },
	{  "REA", IN,                       D_SERIALS,     D_BOOK, true,  2, 2,   REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_rea },
	{  "SBP", IN,                       D_GUIDS,       D_BOOK, true,  3, 3,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_sbp },
	{  "ADG", IN,                       D_GROUPS,      D_BOOK, true,  1, 2,   REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_adg },
	{  "RMG", IN,                       D_GROUPS,      D_BOOK, true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_rmg },
	{  "REG", IN,                       D_GROUPS,      D_BOOK, true,  2, 3,   REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_reg },
	{  "GTC", IN,                       0,             D_BOOK, true,  1, 1,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_gtc },
	{  "ADL", IN,                       D_BOOK,        0,      true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 5000, 0, cmd_adl },
	{  "RML", IN,                       D_BOOK,        0,      true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 5000, 0, cmd_rml },
	{  "FQY", IN,                       D_NETWORK_IDS, 0,      true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 5000, 0, cmd_fqy },
	{  "UUN", IN,                       D_BOOK,        0,      true,  3, 3,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_uun },
	{  "UUM", IN,                       D_NETWORK_IDS, 0,      true,  4, 4,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_uum },
	{  "VAS", IN,                       D_JOINED,      0,      true,  1, ANY, REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_vas },
	{  "BLP", IN,                       0,             0,      true,  1, 1,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_blp },
	{  "PRP", IN,                       D_PHONES,      0,      true,  1, 2,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_prp },
	{  "XFR", IN,                       0,             0,      true,  1, ANY, REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                250,  0, sb_xfr },
	{  "URL", IN,                       0,             0,      true,  1, ANY, REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_url },
	{  "SND", IN,                       0,             0,      true,  1, ANY, REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_snd },
	{  "SDC", IN,                       D_PHONES,      0,      true,  2, ANY, REFUSE_CLOSE, REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_sdc },
	{  "IMS", IN,                       D_PROFILE,     0,      true,  1, 1,   REFUSE_502,   REFUSE_715,   PAYLOAD_NONE,      0,                1000, 0, cmd_ims },
	{  "GCF", IN,                       D_SHIELDS,     0,      true,  1, 1,   REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_gcf },
	{  "CHL", IN,                       D_CHALLENGE,   0,      true,  0, 0,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_chl },
	{  "QRY", IN,                       D_CHALLENGE,   0,      true,  1, 2,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_qry },
	{  "PAG", IN,                       D_PAGES,       0,      true,  2, 3,   REFUSE_715,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_pag },
	{  "PGD", IN,                       D_PAGES_2,     0,      true,  2, 3,   REFUSE_502,   REFUSE_201,   PAYLOAD_LAST_WORD, MSNP_PAYLOAD_MAX, 1000, 0, cmd_pag },
	{  "LKP", IN,                       0,             0,      false, 0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_silence },
	{  "GSB", IN,                       0,             0,      false, 0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_silence },
	{  "FND", IN,                       D_APART,       0,      true,  0, ANY, REFUSE_502,   REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_fnd },
	{  "INF", BEFORE,                   D_MD5,         0,      true,  0, ANY, REFUSE_CLOSE, REFUSE_CLOSE, PAYLOAD_NONE,      0,                1000, 0, cmd_inf },
	{  "LST", IN,                       D_APART,       0,      true,  1, 1,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                5000, 0, cmd_lst },
	{  "LSG", IN,                       LSG_ASKED,     0,      true,  0, 0,   REFUSE_CLOSE, REFUSE_201,   PAYLOAD_NONE,      0,                1000, 0, cmd_lsg },
};
/* clang-format on */

static unsigned
slot_of(const char *verb)
{
	uint32_t key = (uint32_t)(unsigned char)verb[0] << 16 |
	    (uint32_t)(unsigned char)verb[1] << 8 | (unsigned char)verb[2];

	return (key * 0x9e3779b1u) >> 24;
}

void
command_index(uint8_t verbs[VERB_SLOTS])
{
	memset(verbs, 0, VERB_SLOTS);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned at = slot_of(rows[i].verb);

		if (i > 0 && memcmp(rows[i].verb, rows[i - 1].verb, 3) == 0)
			continue;
		while (verbs[at] != 0)
			at = (at + 1) % VERB_SLOTS;
		verbs[at] = (uint8_t)(i + 1);
	}
	ASSERT(ARRAY_LEN(rows) < VERB_SLOTS / 2);
}

const struct command_row *
command_find(const struct ns *ns, struct slice verb, unsigned state,
    bool *known)
{
	const struct command_row *row, *end = rows + ARRAY_LEN(rows);
	unsigned at;

	*known = false;
	if (verb.n != 3)
		return NULL;
	for (at = slot_of(verb.p);; at = (at + 1) % VERB_SLOTS) {
		if (ns->verbs[at] == 0)
			return NULL;
		row = &rows[ns->verbs[at] - 1];
		if (memcmp(row->verb, verb.p, 3) == 0)
			break;
	}
	*known = true;
	for (; row < end && memcmp(row->verb, verb.p, 3) == 0; row++)
		if (row->states & state)
			return row;
	return NULL;
}
