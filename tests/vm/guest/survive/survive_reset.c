// SPDX-License-Identifier: MIT
/*
 * The device is reset, by the driver and as a PCI function, with innocent clients beside one that hangs.
 * Whose jobs can be started again must not notice; the others lose what had begun.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "campaign.h"

#define SECONDS 60
#define WARM_UP 10
#define MOMENT_US 5000
/* Delay of jobs that are to be met half done. */
#define LONG 30000
/* Index of the client whose jobs cannot be started again, and of the one that hangs. */
#define FRAIL 2
#define GUILTY 3
/* So many resets meet a job half done at least once. */
#define ENOUGH 50
/* More are not made so that everybody gets on. */
#define RESETS_MAX 300
/* So many resets beside the one that hangs come to one of each other kind. */
#define OTHERS 4

/**
 * struct kind - a kind of resets
 * @name: for messages
 * @function: of the PCI function; else by the driver
 * @guilty: beside a client that hangs; else in the midst of good work
 */
struct kind {
	const char *name;
	bool function, guilty;
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

static int reset_by(const char *format, const char *folder, const char *text)
{
	char path[160];
	int ret;

	snprintf(path, sizeof(path), format, folder);
	ret = write_text(path, text);
	if (ret)
		remark("%s: %s", path, strerror(-ret));
	return ret;
}

static bool all_got_on(const struct crowd *crowd)
{
	for (unsigned int i = 0; i < crowd->count; i++)
		if (!atomic_load(&crowd->states[i].rounds))
			return false;
	return true;
}

/* So often as is asked for, and until everybody has had his turn. */
static unsigned int run(struct campaign *campaign, struct crowd *crowd, const struct kind *kind,
			unsigned int count)
{
	const struct node *node = &campaign->node;
	unsigned int done = 0;

	while ((done < count || (done < RESETS_MAX && !all_got_on(crowd))) &&
	       is_time(crowd, kind)) {
		if (done == WARM_UP && kind->guilty && !kind->function)
			leak_warm(&campaign->mark);
		/* no event is waited for: any moment will do */
		nap((unsigned int)random_below_of(&campaign->random, MOMENT_US));
		if (kind->function ? reset_by("%s/reset", node->device, "1") :
				     reset_by("%s/force_reset", node->debug, "campaign"))
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

	verdict(done >= count, "%u of %u %s", done, count, kind->name);
	verdict(all_got_on(crowd), "all clients got on between them");
	verdict(kind->guilty || count < ENOUGH || atomic_load(&crowd->states[FRAIL].lost),
		"jobs that cannot be started again were met half done");
	crowd_end(crowd);
}

int main(int argc, char **argv)
{
	static const struct kind kinds[] = {
		{ "forced resets beside a client that hangs", false, true },
		{ "forced resets in the midst of work", false, false },
		{ "function resets beside a client that hangs", true, true },
		{ "function resets in the midst of work", true, false },
	};
	struct campaign campaign;
	unsigned int some;

	campaign_begin(&campaign, argc, argv, 12, 200,
		       "Resets the device under load, by the driver and as a PCI function");
	some = (campaign.count + OTHERS - 1) / OTHERS;
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		campaign_of(&campaign, &kinds[i], i ? some : campaign.count);
	return campaign_end(&campaign, 2048);
}
