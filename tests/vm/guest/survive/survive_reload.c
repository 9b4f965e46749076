// SPDX-License-Identifier: MIT
/* The module is removed and loaded again: not while it is used, and as soon as it no longer is. */
#include <errno.h>
#include <string.h>

#include "campaign.h"
#include "module.h"
#include "victim.h"

#define SECONDS 60
#define WARM_UP 10

static bool is_there(void *arg)
{
	return node_find(arg);
}

static bool reload(void)
{
	struct node node;
	int ret;

	if (!module_await_unload())
		return false;
	ret = module_load();
	if (ret || !await(SECONDS, is_there, &node)) {
		note("%s: %s", module_path(), ret ? strerror(-ret) : "loaded, but no node comes");
		return false;
	}
	return true;
}

static unsigned int run(struct campaign *campaign, unsigned int *refused)
{
	struct victim_state *state = victim_share();
	unsigned int done = 0;
	bool good = true;

	while (good && done < campaign->count) {
		const unsigned int kind =
			(unsigned int)random_below_of(&campaign->random, victim_count());
		const uint64_t seed = random_below_of(&campaign->random, UINT64_MAX);
		pid_t victim = victim_start(kind, seed, state);

		if (done == WARM_UP)
			leak_warm(&campaign->mark);
		*refused += module_unload() == -EWOULDBLOCK;
		good = victim_kill(victim, state) && reload();
		done += good;
		campaign_progress(done, campaign->count, "reloads");
		leak_listen();
	}
	return done;
}

int main(int argc, char **argv)
{
	struct campaign campaign;
	unsigned int refused = 0, done;

	campaign_begin(&campaign, argc, argv, 5, 100,
		       "Reloads the module, a process just killed at work");
	done = run(&campaign, &refused);
	ok(done == campaign.count, "%u of %u reloads", done, campaign.count);
	ok(refused == done, "the module stays while it is used");
	return campaign_end(&campaign, 2048);
}
