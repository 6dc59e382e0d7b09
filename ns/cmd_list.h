/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_NS_CMD_LIST_H
#define NUDGE_NS_CMD_LIST_H
/* What the commands that change lists share. */
#include "ns/conn.h"

/* FL, AL, BL, RL, PL as a list bit; 0 for any other word. */
unsigned cmd_list_bit(struct slice word);
/* "tel:15551234567", where the dialect has such contacts. */
bool cmd_list_telephone(const struct conn *c, struct slice word);
/* The address as stored, of a person or a telephone. */
bool cmd_list_address(const struct conn *c, struct slice word,
    char out[ADDRESS_MAX + 1]);
/* My entry for this (canonical) address, or NULL. */
struct contact *cmd_list_own(const struct conn *c, struct slice address);
/*
 * What follows the answer when somebody came onto the forward list: telephones,
 * and presence with the TrID of the command.
 */
void
cmd_list_met(struct conn *c, const struct command *in, struct account *who);

#endif
