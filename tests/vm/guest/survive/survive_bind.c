// SPDX-License-Identifier: MIT
/* The driver is taken from the device and given to it again, with work under way. */
#include "campaign.h"
#include "module.h"

#define SECONDS 60
#define WARM_UP 10
#define MOMENT_US 3000
/* Delay of jobs that are to be met half done. */
#define LONG 30000

static unsigned int plan_clients(const struct campaign *campaign, struct client_plan *plans)
{
	unsigned int n = campaign_innocents(campaign, plans);

	plans[n++] = (struct client_plan){
		.name = "long jobs", .depth = 4, .rounds_max = 20, .delay_max = LONG,
		.seed = campaign->seed + 3,
	};
	plans[n++] = (struct client_plan){
		.name = "long jobs, uring", .uring = true, .depth = 4, .rounds_max = 20,
		.delay_max = LONG, .seed = campaign->seed + 4,
	};
	for (unsigned int i = 0; i < n; i++)
		plans[i].may = MAY_VANISH;
	return n;
}

static unsigned int run(struct campaign *campaign, struct crowd *crowd)
{
	unsigned int done = 0;

	while (done < campaign->count && crowd_advance(crowd, SECONDS)) {
		if (done == WARM_UP)
			leak_warm(&campaign->mark);
		/* no event is waited for: any moment will do */
		nap((unsigned int)random_below_of(&campaign->random, MOMENT_US));
		if (!module_rebind(&campaign->node))
			break;
		campaign_progress(++done, campaign->count, "times unbound and bound");
		leak_listen();
	}
	return done;
}

int main(int argc, char **argv)
{
	struct client_plan plans[CROWD_MAX];
	struct campaign campaign;
	struct crowd *crowd;
	unsigned int done;

	campaign_begin(&campaign, argc, argv, 8, 200,
		       "Unbinds the driver from the device and binds it, under load");
	crowd = crowd_begin(plans, plan_clients(&campaign, plans));
	done = run(&campaign, crowd);
	ok(done == campaign.count, "unbound and bound %u of %u times", done, campaign.count);
	ok(crowd_advance(crowd, SECONDS), "clients find the device again");
	crowd_end(crowd);
	return campaign_end(&campaign, 2048);
}
