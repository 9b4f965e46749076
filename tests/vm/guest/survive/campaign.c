// SPDX-License-Identifier: MIT
#include "campaign.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option long_options[] = {
	{ "count", required_argument, NULL, 'c' },
	{ "seed", required_argument, NULL, 's' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static uint64_t read_number(const char *text, const char *what)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (end == text || *end)
		bail_out("%s '%s' is not a number", what, text);
	return value;
}

static void read_options(struct campaign *campaign, int argc, char **argv, const char *help)
{
	const char *count = getenv("COUNT"), *seed = getenv("SEED");
	int opt;

	while ((opt = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (opt == 'c')
			count = optarg;
		else if (opt == 's')
			seed = optarg;
		if (opt == 'c' || opt == 's')
			continue;
		printf("usage: %s [--count N] [--seed N]\n%s.\n", argv[0], help);
		exit(opt != 'h');
	}
	if (count)
		campaign->count = (unsigned int)read_number(count, "count");
	campaign->seed = seed ? read_number(seed, "seed") : (uint64_t)now_ns();
}

void campaign_begin(struct campaign *campaign, int argc, char **argv, unsigned int count,
		    unsigned int full, const char *help)
{
	const char *how = getenv("SURVIVE");

	campaign->count = how && !strcmp(how, "full") ? full : count;
	read_options(campaign, argc, argv, help);
	campaign->random = (struct random){ campaign->seed };
	note("%u times, --seed %llu", campaign->count, (unsigned long long)campaign->seed);
	if (!node_find(&campaign->node))
		bail_out("no accel node of the driver: load ingot.ko");
	leak_begin(&campaign->mark);
}

int campaign_end(const struct campaign *campaign, long slab_kb)
{
	campaign_prove(campaign, "afterwards");
	leak_check(&campaign->mark, slab_kb);
	return tap_done();
}

void campaign_progress(unsigned int done, unsigned int count, const char *what)
{
	const unsigned int step = count < 10 ? 1 : count / 10;

	if (!(done % step))
		note("%u of %u %s", done, count, what);
}

unsigned int campaign_innocents(const struct campaign *campaign, struct client_plan *plans)
{
	static const struct client_plan both[] = {
		{ .name = "ioctl", .depth = 8, .rounds_max = 40,
		  .flags = DRM_INGOT_JOB_RESTARTABLE },
		{ .name = "uring", .uring = true, .depth = 12, .rounds_max = 40,
		  .flags = DRM_INGOT_JOB_RESTARTABLE },
	};

	memcpy(plans, both, sizeof(both));
	plans[0].seed = campaign->seed + 1;
	plans[1].seed = campaign->seed + 2;
	return 2;
}

void campaign_prove(const struct campaign *campaign, const char *when)
{
	struct client_plan plans[2];
	struct crowd *crowd = crowd_begin(plans, campaign_innocents(campaign, plans));
	bool good;

	good = crowd_advance(crowd, 60) && crowd_advance(crowd, 60);
	ok(good, "%s the device works as it should", when);
	crowd_end(crowd);
}
