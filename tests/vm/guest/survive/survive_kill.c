// SPDX-License-Identifier: MIT
/* Processes are killed, whatever they are doing; a client beside them notices nothing. */
#include "campaign.h"
#include "victim.h"

/* Runs before the kernel's memory is measured: each kind a few times. */
#define WARM_UP 30
/* The moment of the kill is anywhere within this time after the victim has got busy. */
#define MOMENT_US 4000

/* Returns how long it took to be gone, ns, or -1: it was not at work */
static int64_t kill_one(struct campaign *campaign, struct victim_state *state, unsigned int kind)
{
	const uint64_t seed = random_below_of(&campaign->random, UINT64_MAX);
	pid_t victim = victim_start(kind, seed, state);
	int64_t start;

	/* no event is waited for: any moment will do */
	nap((unsigned int)random_below_of(&campaign->random, MOMENT_US));
	start = now_ns();
	return victim_kill(victim, state) ? now_ns() - start : -1;
}

static unsigned int kill_all(struct campaign *campaign, struct crowd *crowd)
{
	struct victim_state *state = victim_share();
	int64_t ns, longest = 0, sum = 0;
	unsigned int killed = 0;

	for (unsigned int i = 0; i < campaign->count && !crowd_problems(crowd); i++) {
		/* all kinds equally often, and in an order that changes */
		unsigned int kind = (i + (unsigned int)random_below_of(&campaign->random, 3)) %
				    victim_count();

		if (i == WARM_UP)
			leak_warm(&campaign->mark);
		ns = kill_one(campaign, state, kind);
		if (ns < 0)
			break;
		killed++;
		sum += ns;
		longest = ns > longest ? ns : longest;
		leak_listen();
		campaign_progress(killed, campaign->count, "killed");
	}
	if (killed)
		note("gone after %lld us on average, %lld us at most",
		       (long long)sum / killed / 1000, (long long)longest / 1000);
	return killed;
}

int main(int argc, char **argv)
{
	struct campaign campaign;
	struct client_plan plans[2];
	struct crowd *crowd;
	unsigned int killed;

	campaign_begin(&campaign, argc, argv, 25, 500, "Kills processes that use the device");
	crowd = crowd_begin(plans, campaign_innocents(&campaign, plans));
	killed = kill_all(&campaign, crowd);
	ok(killed == campaign.count, "%u of %u processes were killed at work", killed,
		campaign.count);
	ok(crowd_advance(crowd, 60), "others still get on");
	crowd_end(crowd);
	return campaign_end(&campaign, 2048);
}
