// SPDX-License-Identifier: MIT
/* The module is removed and loaded again: not while it is used, and as soon as it no longer is. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "campaign.h"
#include "module.h"
#include "victim.h"

#define SECONDS 60
#define WARM_UP 10

static bool is_ready(void *arg)
{
	struct victim_state *state = arg;

	return atomic_load(&state->busy) || atomic_load(&state->failed);
}

static bool is_unloaded(void *arg)
{
	int *ret = arg;

	*ret = module_unload();
	return *ret != -EWOULDBLOCK && *ret != -EBUSY;
}

static bool is_there(void *arg)
{
	return node_find(arg);
}

static pid_t start_victim(struct campaign *campaign, struct victim_state *state)
{
	const unsigned int kind = (unsigned int)random_below_of(&campaign->random, victim_count());
	const uint64_t seed = random_below_of(&campaign->random, UINT64_MAX);
	pid_t pid;

	memset(state, 0, sizeof(*state));
	pid = fork();
	if (pid < 0)
		give_up("fork: %s", strerror(errno));
	if (!pid) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		victim_live(kind, seed, state);
	}
	setpgid(pid, pid);
	if (!await(SECONDS, is_ready, state) || atomic_load(&state->failed))
		remark("victim with %s never got busy", victim_name(kind));
	return pid;
}

static bool reload(void)
{
	struct node node;
	int ret;

	if (!await(SECONDS, is_unloaded, &ret) || ret) {
		remark("the module cannot be removed: %s", strerror(-ret));
		return false;
	}
	ret = module_load();
	if (ret || !await(SECONDS, is_there, &node)) {
		remark("%s: %s", module_path(), ret ? strerror(-ret) : "loaded, but no node comes");
		return false;
	}
	return true;
}

static unsigned int run(struct campaign *campaign, unsigned int *refused)
{
	struct victim_state *state = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
					  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned int done = 0;

	if (state == MAP_FAILED)
		give_up("mmap: %s", strerror(errno));
	while (done < campaign->count) {
		pid_t pid = start_victim(campaign, state);

		if (done == WARM_UP)
			leak_warm(&campaign->mark);
		*refused += module_unload() == -EWOULDBLOCK;
		kill(-pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (atomic_load(&state->failed) || !reload())
			break;
		campaign_progress(++done, campaign->count, "reloads");
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
	verdict(done == campaign.count, "%u of %u reloads", done, campaign.count);
	verdict(refused == done, "the module stays while it is used");
	return campaign_end(&campaign, 2048);
}
