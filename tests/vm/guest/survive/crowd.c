// SPDX-License-Identifier: MIT
#include "crowd.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/guest/lib/report.h"

/* A client that is told to stop has at most one round to finish. */
#define END_SECONDS 120

static void start(struct crowd *crowd, unsigned int i)
{
	crowd->pids[i] = fork();
	if (crowd->pids[i] < 0)
		bail_out("fork: %s", strerror(errno));
	if (crowd->pids[i])
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(client_live(&crowd->plans[i], &crowd->states[i], &crowd->orders));
}

struct crowd *crowd_begin(const struct client_plan *plans, unsigned int count)
{
	struct crowd *crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (crowd == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
	memcpy(crowd->plans, plans, count * sizeof(*plans));
	crowd->count = count;
	for (unsigned int i = 0; i < count; i++)
		start(crowd, i);
	return crowd;
}

uint64_t crowd_problems(const struct crowd *crowd)
{
	uint64_t problems = 0;

	for (unsigned int i = 0; i < crowd->count; i++)
		problems += atomic_load(&crowd->states[i].problems);
	return problems;
}

static bool has_advanced(void *arg)
{
	struct crowd *crowd = arg;

	for (unsigned int i = 0; i < crowd->count; i++)
		if (!crowd->plans[i].spins &&
		    atomic_load(&crowd->states[i].rounds) == crowd->seen[i])
			return crowd_problems(crowd);
	return true;
}

bool crowd_advance(struct crowd *crowd, unsigned int seconds)
{
	for (unsigned int i = 0; i < crowd->count; i++)
		crowd->seen[i] = atomic_load(&crowd->states[i].rounds);
	return await(seconds, has_advanced, crowd) && !crowd_problems(crowd);
}

static bool all_rest(void *arg)
{
	struct crowd *crowd = arg;

	for (unsigned int i = 0; i < crowd->count; i++)
		if (!atomic_load(&crowd->states[i].resting))
			return false;
	return true;
}

bool crowd_rest(struct crowd *crowd, unsigned int seconds)
{
	atomic_store(&crowd->orders.rest, true);
	return await(seconds, all_rest, crowd);
}

void crowd_go_on(struct crowd *crowd)
{
	atomic_store(&crowd->orders.rest, false);
}

static bool all_away(void *arg)
{
	struct crowd *crowd = arg;

	for (unsigned int i = 0; i < crowd->count; i++)
		if (!atomic_load(&crowd->states[i].away))
			return false;
	return true;
}

bool crowd_await_away(struct crowd *crowd, unsigned int seconds)
{
	return await(seconds, all_away, crowd);
}

/* ---- the end ---- */

static void look_at_death(struct crowd *crowd, unsigned int i, int status)
{
	if (!WIFSIGNALED(status))
		return;
	note("client %s died of signal %d", crowd->plans[i].name, WTERMSIG(status));
	atomic_fetch_add(&crowd->states[i].problems, 1);
}

static bool all_ended(void *arg)
{
	struct crowd *crowd = arg;
	unsigned int left = 0;

	for (unsigned int i = 0; i < crowd->count; i++) {
		int status;

		if (crowd->pids[i] > 0 &&
		    waitpid(crowd->pids[i], &status, WNOHANG) == crowd->pids[i]) {
			crowd->pids[i] = 0;
			look_at_death(crowd, i, status);
		}
		left += crowd->pids[i] > 0;
	}
	return !left;
}

static void print_state(const struct client_plan *plan, const struct client_state *s)
{
	note("client %s: %llu jobs in %llu rounds, %llu good, %llu ended otherwise, opened %llu times",
	       plan->name, (unsigned long long)atomic_load(&s->jobs),
	       (unsigned long long)atomic_load(&s->rounds),
	       (unsigned long long)atomic_load(&s->good),
	       (unsigned long long)atomic_load(&s->lost),
	       (unsigned long long)atomic_load(&s->opened));
}

bool crowd_end(struct crowd *crowd)
{
	bool good;

	atomic_store(&crowd->orders.stop, true);
	if (!await(END_SECONDS, all_ended, crowd)) {
		note("clients do not end");
		for (unsigned int i = 0; i < crowd->count; i++)
			if (crowd->pids[i] > 0)
				kill(crowd->pids[i], SIGKILL);
		atomic_fetch_add(&crowd->states[0].problems, 1);
	}
	for (unsigned int i = 0; i < crowd->count; i++)
		print_state(&crowd->plans[i], &crowd->states[i]);
	good = ok(!crowd_problems(crowd),
		       "every job of every client ended once, as it may, with the right result");
	munmap(crowd, sizeof(*crowd));
	return good;
}
