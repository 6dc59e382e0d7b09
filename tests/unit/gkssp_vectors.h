/* SPDX-License-Identifier: MIT */
#ifndef NUDGE_TESTS_GKSSP_VECTORS_H
#define NUDGE_TESTS_GKSSP_VECTORS_H
/*
 * What clients compute (chat-ircx 4.5): number of the client, challenge, the
 * name it dialled, the answer.
 */
struct gkssp_vector {
	unsigned number;
	const char *challenge;
	const char *host;
	const char *mac;
};

/* clang-format off */
static const struct gkssp_vector gkssp_vectors[] = {
	{ 2, "0000000000000000", "",                          "51323ae222b32b8ba34cc4d0be30c5dd" },
	{ 3, "0000000000000000", "1.2.3.4",                   "9ea5b9a84dbd1d4177284ec15d29282b" },
	{ 3, "0000000000000000", "127.0.0.1",                 "5063d03f683b9bfe30c5e0ea15deb804" },
	{ 3, "0000000000000000", "207.68.167.253",            "817df53fe421cbe206c6c41cf315b7c6" },
	{ 3, "0000000000000000", "chat.msn.com",              "d8219603b17c0f786f9ff8f58fdaa07d" },
	{ 3, "0000000000000000", "dir.irc7.com",              "2919e3eb8e2d9aa2bd666472a23d5f7e" },
	{ 3, "0000000000000000", "directory.msnchat.example", "912460a71377e91e6f6493e32811aad9" },
	{ 2, "0102030405060708", "",                          "746f16631412ebd8af4b9853ecfde296" },
	{ 3, "0102030405060708", "1.2.3.4",                   "a00fedba2cc996f056bc1ead4225c858" },
	{ 3, "0102030405060708", "127.0.0.1",                 "362252d673860f833379a98f99e1e9c1" },
	{ 3, "0102030405060708", "207.68.167.253",            "d7f7d8e23bcf6bec13882f6c99d23c69" },
	{ 3, "0102030405060708", "chat.msn.com",              "e21fa281d468fb942f53776cff5b1649" },
	{ 3, "0102030405060708", "dir.irc7.com",              "dc5943bb1c0dabc14b813186a906a56f" },
	{ 3, "0102030405060708", "directory.msnchat.example", "b6f3a4efde7086274b191d2440b0f36b" },
	{ 2, "a1b2c3d4e5f60718", "",                          "31bb38a8506b5aa290a141014802ed5e" },
	{ 3, "a1b2c3d4e5f60718", "1.2.3.4",                   "e5955fc45ca29d77c78d77483af22039" },
	{ 3, "a1b2c3d4e5f60718", "127.0.0.1",                 "2ad2d06c3fad6db2971f7445def6069d" },
	{ 3, "a1b2c3d4e5f60718", "207.68.167.253",            "caa5e9b4313216615e0f4a108b97cdff" },
	{ 3, "a1b2c3d4e5f60718", "chat.msn.com",              "d66fdf9e7f8c126d0654507cde0da5fe" },
	{ 3, "a1b2c3d4e5f60718", "dir.irc7.com",              "617e676ed7593a6a2df3aaae12354c9f" },
	{ 3, "a1b2c3d4e5f60718", "directory.msnchat.example", "042b027918cf75beb233c8311f4e0f81" },
	{ 2, "005c2c200d0a0900", "",                          "26e64a8a3c92dc5028c5d6c254d61b6f" },
	{ 3, "005c2c200d0a0900", "1.2.3.4",                   "105c4109751d8d568c114bc3605d0e53" },
	{ 3, "005c2c200d0a0900", "127.0.0.1",                 "b57adf3f4471736d63df161c41f8ad8e" },
	{ 3, "005c2c200d0a0900", "207.68.167.253",            "ca0c8a40502767e0523c848440cae034" },
	{ 3, "005c2c200d0a0900", "chat.msn.com",              "ab2a4c91b3f3d33c17cb5541ea45e3e1" },
	{ 3, "005c2c200d0a0900", "dir.irc7.com",              "0720c481697b5610e403225cc2dce05e" },
	{ 3, "005c2c200d0a0900", "directory.msnchat.example", "8d38d05d0652d934699456e1a7fdf139" },
};
/* clang-format on */

#endif
