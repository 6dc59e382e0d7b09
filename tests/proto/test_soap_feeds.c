/* SPDX-License-Identifier: MIT */
/*
 * Configuration, news, games, tabs: what clients ask for at sign-in beside
 * their lists.
 */
#include "tests/proto/soap_play.h"

/* A document that was fetched, or that stands in an answer as text. */
static const struct xml_node *
document(struct caller *c, struct slice text)
{
	static const struct xml_limits limits = { 64, 10000, 1 << 20 };
	struct xml_node *root;
	const char *why = "";

	root = xml_read(&c->arena, text, &limits, &why);
	if (root == NULL)
		fail_msg("no document: %s", why);
	return root;
}

static void
says(const struct xml_node *root, const char *path, const char *text)
{
	const struct xml_node *n = xml_path(root, path);

	if (n == NULL || !slice_eq_text(n->text, text))
		fail_msg("%s is not %s", path, text);
}

/* Every element of a known document is there, in its place. */
static void
has_all_of(const struct xml_node *got, const struct xml_node *want)
{
	XML_EACH(it, want) {
		char name[64];

		caller_keep(name, sizeof(name), it->name);
		if (xml_child(got, name) == NULL)
			fail_msg("no %s", name);
		has_all_of(xml_child(got, name), it);
	}
}

static const struct xml_node *
known(struct caller *c, const char *name)
{
	char path[200];
	static char text[1 << 16];
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "tests/soap/responses/%s.xml", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, text, sizeof(text));
	assert_true(n > 0);
	(void)close(fd);
	return document(c, slice_make(text, (size_t)n));
}

static const struct xml_node *
config(struct caller *c, const char *query)
{
	assert_int_equal(caller_get(c, "/Config/MsgrConfig.asmx", query), 200);
	assert_string_equal(c->type, "text/xml; charset=utf-8");
	return document(c, buf_slice(&c->reply));
}

#define ABCH "AbchCfg/abchconfig/url"

/* covers: soap 11 #111 */
static void
each_generation_gets_its_configuration(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");
	const struct xml_node *eight, *newer, *old;
	struct slice text;

	(void)state;
	c.host = "config.messenger.msn.com:80";
	eight = config(&c, "ver=8.5.1302");
	assert_true(slice_eq_text(eight->name, "MsgrConfig"));
	has_all_of(eight, known(&c, "MsgrConfig.wlm"));
	assert_null(xml_path(eight, "Simple/CirclesWeb"));
	newer = config(&c, "ver=14.0.8117.416");
	assert_non_null(xml_path(newer, "Simple/CirclesWeb"));
	assert_null(xml_path(newer, "LocalizedConfig/MsnTodayConfig/Flags"));
	says(newer, ABCH,
	    "https://config.messenger.msn.com/abservice/abservice.asmx");
	says(eight, ABCH,
	    "https://config.messenger.msn.com/abservice/abservice.asmx");
	/* without a ticket, and in a document */
	c.ticket[0] = '\0';
	caller_sample(&c, "config/GetClientConfig.soap");
	caller_good(&c, "GetClientConfigResponse");
	assert_true(caller_has(&c, "<GetClientConfigResult><![CDATA[<Msgr"));
	assert_true(slice_eq_text(xml_attr(c.body, "xmlns"),
	    "http://www.msn.com/webservices/Messenger/Client"));
	text = caller_text(&c, "GetClientConfigResult");
	old = document(&c, text);
	says(old, ABCH,
	    "https://config.messenger.msn.com/abservice/abservice.asmx");
	assert_null(xml_path(old, "LocalizedConfig/RL"));
	has_all_of(old,
	    document(&c,
		xml_path(known(&c, "MsgrConfig.msn.soap"),
		    "Body/GetClientConfigResponse/GetClientConfigResult")
		    ->text));
	caller_free(&c);
	world_free(w);
}

static void
an_odd_version_or_host_does_no_harm(void **state)
{
	static const char *const versions[] = { "", "ver=", "ver=x",
		"ver=99999999999999999999.1", "x=14", "ver=13.9" };
	static const char *const hosts[] = { NULL, "", "a b", "x<y>" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(versions); i++)
		assert_null(
		    xml_path(config(&c, versions[i]), "Simple/CirclesWeb"));
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		c.host = hosts[i];
		says(config(&c, "ver=8.1"), ABCH,
		    "https://byrdr.omega.contacts.msn.com/abservice/"
		    "abservice.asmx");
	}
	caller_free(&c);
	world_free(w);
}

/* covers: soap 11 #112 */
static void
there_is_no_news(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "feeds/GetContactsRecentActivity");
	caller_good(&c, "GetContactsRecentActivityResponse");
	has_all_of(c.body->parent->parent, known(&c, "WhatsNew.empty"));
	caller_says(&c, "GetContactsRecentActivityResult/Activities", "");
	caller_says(&c, "GetContactsRecentActivityResult/FeedUrl",
	    "http://contacts.example/today");
	caller_call(&c, "whatsnew", "GetBatchRecentActivity", "");
	caller_good(&c, "GetBatchRecentActivityResponse");
	caller_text(&c, "GetBatchRecentActivityResult/Templates");
	c.ticket[0] = '\0';
	caller_sample(&c, "feeds/GetContactsRecentActivity");
	caller_faults(&c, "PassportAuthFail", "");
	caller_free(&c);
	world_free(w);
}

static void
cards_and_games_are_empty(void **state)
{
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	caller_sample(&c, "feeds/Spaces.GetXmlFeed");
	caller_good(&c, "GetXmlFeedResponse");
	caller_says(&c, "GetXmlFeedResult/contactCard/elements", "");
	c.ticket[0] = '\0';
	caller_call(&c, "AppDirectory.asmx", "GetFilteredDataSet2",
	    "<locale>en-us</locale><Page>1</Page><Kids>0</Kids>"
	    "<AppType>1</AppType>");
	caller_good(&c, "GetFilteredDataSet2Response");
	caller_says(&c, "GetFilteredDataSet2Result/diffgram/NewDataSet", "");
	caller_free(&c);
	world_free(w);
}

static void
small_pages_are_there(void **state)
{
	static const char *const empty[] = { "/textad", "/ADSAdClient31.dll",
		"/AppDirectory/GetAppdirVersion.aspx" };
	static const char *const links[] = { "/svcs/mms/portal.asp",
		"/5meen_us/60", "/8meen_de/103" };
	struct world *w = world_new();
	struct caller c = caller_new(w, "alice@example.com");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
		assert_int_equal(caller_get(&c, empty[i], ""), 200);
		assert_int_equal(c.reply.n, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(links); i++) {
		assert_int_equal(caller_get(&c, links[i], ""), 302);
		assert_int_equal(caller_get(&c, c.location, ""), 200);
		assert_true(caller_has(&c, "<html"));
	}
	caller_get(&c, "/svcs/mms/abch_config.asp", "");
	says(document(&c, buf_slice(&c.reply)), "url",
	    "https://contacts.example/abservice/abservice.asmx");
	caller_get(&c, "/svcs/mms/tabs.asp", "");
	assert_true(caller_has(&c, "<msntabdata/>"));
	caller_free(&c);
	world_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_generation_gets_its_configuration),
		cmocka_unit_test(an_odd_version_or_host_does_no_harm),
		cmocka_unit_test(there_is_no_news),
		cmocka_unit_test(cards_and_games_are_empty),
		cmocka_unit_test(small_pages_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
