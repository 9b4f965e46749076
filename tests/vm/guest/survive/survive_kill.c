// SPDX-License-Identifier: MIT
/* Processes are killed, whatever they are doing; a client beside them notices nothing. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "campaign.h"
#include "victim.h"

/* Runs before the kernel's memory is measured: each kind a few times. */
#define WARM_UP 30
/* The moment of the kill is anywhere within this time after the victim has got busy. */
#define MOMENT_US 4000

static bool is_ready(void *arg)
{
	struct victim_state *state = arg;

	return atomic_load(&state->busy) || atomic_load(&state->failed);
}

/* Returns how long it took to be gone, ns, or -1: it could not be killed as it should */
static int64_t kill_one(struct campaign *campaign, struct victim_state *state, unsigned int kind)
{
	const uint64_t seed = random_below_of(&campaign->random, UINT64_MAX);
	pid_t pid;
	int64_t start;
	int status;
	bool ready;

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
	ready = await(60, is_ready, state);
	/* no event is waited for: any moment will do */
	nap((unsigned int)random_below_of(&campaign->random, MOMENT_US));
	start = now_ns();
	kill(-pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (ready && !atomic_load(&state->failed) && WIFSIGNALED(status))
		return now_ns() - start;
	remark("victim with %s: %s", victim_name(kind),
	       ready ? "ended by itself" : "never got busy");
	return -1;
}

static struct victim_state *share_state(void)
{
	void *memory = mmap(NULL, sizeof(struct victim_state), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		give_up("mmap: %s", strerror(errno));
	return memory;
}

static unsigned int kill_all(struct campaign *campaign, struct crowd *crowd)
{
	struct victim_state *state = share_state();
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
		remark("gone after %lld us on average, %lld us at most",
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
	verdict(killed == campaign.count, "%u of %u processes were killed at work", killed,
		campaign.count);
	verdict(crowd_advance(crowd, 60), "others still get on");
	crowd_end(crowd);
	return campaign_end(&campaign, 2048);
}
