// SPDX-License-Identifier: MIT
/*
 * The device is reset, by the driver, as a PCI function, and for errors of the bus, with innocent clients
 * beside one that hangs. Whose jobs can be started again must not notice; the others lose what had begun.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign.h"
#include "tests/vm/guest/lib/host.h"

#define SECONDS 60
#define WARM_UP 10
#define MOMENT_US 5000
/* Delay of jobs that are to be met half done. */
#define LONG 120000
/* Index of the client whose jobs cannot be started again, and of the one that hangs. */
#define FRAIL 2
#define GUILTY 3
/* A campaign of so many resets in the midst of work goes on until one met a job half done. */
#define ENOUGH 50
/* More are not made for that, nor so that everybody gets on. */
#define RESETS_MAX 300
/* So many resets beside the one that hangs come to one of each other kind. */
#define OTHERS 4

/**
 * struct kind - a kind of resets
 * @name: for messages
 * @reset: does one; returns false if it cannot
 * @guilty: beside a client that hangs; else in the midst of good work
 */
struct kind {
	const char *name;
	bool (*reset)(struct campaign *campaign);
	bool guilty;
};

/* Of those that work for long, a reset meets a job half done. */
static unsigned int plan_clients(const struct campaign *campaign, const struct kind *kind,
				 struct client_plan *plans)
{
	unsigned int n = campaign_innocents(campaign, plans);

	for (unsigned int i = 0; i < n && !kind->guilty; i++)
		plans[i].delay_max = LONG / 4;
	plans[n++] = (struct client_plan){
		.name = "not restartable", .depth = 6, .rounds_max = 20,
		.delay_max = LONG, .seed = campaign->seed + 3, .may = MAY_LOSE_JOBS,
	};
	if (kind->guilty)
		plans[n++] = (struct client_plan){ .name = "guilty", .depth = 1, .spins = true };
	return n;
}

static bool is_hanging(void *arg)
{
	struct crowd *crowd = arg;

	return atomic_load(&crowd->states[GUILTY].in_flight) || crowd_problems(crowd);
}

static bool is_at_work(void *arg)
{
	struct crowd *crowd = arg;

	return atomic_load(&crowd->states[FRAIL].in_flight) || crowd_problems(crowd);
}

/*
 * While the guilty one's job runs nobody gets on, and a reset is what frees the others. Without it they
 * get on by themselves, and the reset comes when there are jobs to be lost.
 */
static bool is_time(struct crowd *crowd, const struct kind *kind)
{
	if (!kind->guilty && !crowd_advance(crowd, SECONDS))
		return false;
	return await(SECONDS, kind->guilty ? is_hanging : is_at_work, crowd) &&
	       !crowd_problems(crowd);
}

static bool reset_by(const char *format, const char *folder)
{
	char path[160];
	int ret;

	snprintf(path, sizeof(path), format, folder);
	ret = write_text(path, "1");
	if (ret)
		note("%s: %s", path, strerror(-ret));
	return !ret;
}

static bool reset_by_driver(struct campaign *campaign)
{
	return reset_by("%s/force_reset", campaign->node.debug);
}

static bool reset_function(struct campaign *campaign)
{
	return reset_by("%s/reset", campaign->node.device);
}

struct recovery {
	const struct campaign *campaign;
	unsigned int resets;
};

static unsigned int count_resets(const struct campaign *campaign)
{
	char path[160], *text;
	unsigned int count;

	snprintf(path, sizeof(path), "%s/resets", campaign->node.device);
	text = read_text(path);
	count = (unsigned int)strtoul(text, NULL, 10);
	free(text);
	return count;
}

static bool is_over(void *arg)
{
	const struct recovery *recovery = arg;

	return count_resets(recovery->campaign) != recovery->resets;
}

/* The one leaves the link as it is, the other has the link and all behind it reset. */
static bool report_bus_error(struct campaign *campaign)
{
	struct recovery recovery = { campaign, count_resets(campaign) };
	bool fatal = random_below_of(&campaign->random, 2);

	host_tell("vm bus-error %s", fatal ? "fatal" : "nonfatal");
	return await(SECONDS, is_over, &recovery);
}

static bool all_got_on(const struct crowd *crowd)
{
	for (unsigned int i = 0; i < crowd->count; i++)
		if (!atomic_load(&crowd->states[i].rounds))
			return false;
	return true;
}

static bool is_met(const struct crowd *crowd, const struct kind *kind, unsigned int count)
{
	return kind->guilty || count < ENOUGH || atomic_load(&crowd->states[FRAIL].lost);
}

/* So often as is asked for, and until everybody has had his turn and a job was met half done. */
static unsigned int run(struct campaign *campaign, struct crowd *crowd, const struct kind *kind,
			unsigned int count)
{
	unsigned int done = 0;

	while ((done < count ||
		(done < RESETS_MAX && !(all_got_on(crowd) && is_met(crowd, kind, count)))) &&
	       is_time(crowd, kind)) {
		if (done == WARM_UP && kind->guilty && kind->reset == reset_by_driver)
			leak_warm(&campaign->mark);
		/* no event is waited for: any moment will do */
		nap((unsigned int)random_below_of(&campaign->random, MOMENT_US));
		if (!kind->reset(campaign))
			break;
		campaign_progress(++done, count, kind->name);
		leak_listen();
	}
	return done;
}

static void campaign_of(struct campaign *campaign, const struct kind *kind, unsigned int count)
{
	struct client_plan plans[CROWD_MAX];
	struct crowd *crowd = crowd_begin(plans, plan_clients(campaign, kind, plans));
	unsigned int done = run(campaign, crowd, kind, count);

	ok(done >= count, "%u of %u %s", done, count, kind->name);
	ok(all_got_on(crowd), "all clients got on between them");
	ok(is_met(crowd, kind, count), "jobs that cannot be started again were met half done");
	crowd_end(crowd);
}

int main(int argc, char **argv)
{
	static const struct kind kinds[] = {
		{ "forced resets beside a client that hangs", reset_by_driver, true },
		{ "forced resets in the midst of work", reset_by_driver, false },
		{ "function resets beside a client that hangs", reset_function, true },
		{ "function resets in the midst of work", reset_function, false },
		{ "errors of the bus beside a client that hangs", report_bus_error, true },
		{ "errors of the bus in the midst of work", report_bus_error, false },
	};
	struct campaign campaign;
	unsigned int some;

	campaign_begin(&campaign, argc, argv, 12, 200,
		       "Resets the device under load: by the driver, as a PCI function, for bus errors");
	some = (campaign.count + OTHERS - 1) / OTHERS;
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].reset != report_bus_error || host_is_there())
			campaign_of(&campaign, &kinds[i], i ? some : campaign.count);
	return campaign_end(&campaign, 2048);
}
