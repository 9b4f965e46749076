// SPDX-License-Identifier: MIT
/*
 * A fuzzer of the driver's interface: random calls, jobs and rings of several processes and
 * threads, beside a process that does what it should, whose results must always be right.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz_world.h"
#include "tap.h"

#define PROCESSES_MOST 3
#define THREADS_MOST 3
#define STEPS_MOST 1500
/* A process that needs longer for its steps hangs. */
#define ROUND_SECONDS 100

static struct options {
	uint64_t seed, count;
	unsigned int seconds;
	bool resets, trace;
} options = { .seconds = 20, .resets = true };

/* ---- a process ---- */

static void ignore(int number)
{
	(void)number;
}

/* Its signals go to the first thread only: the others may wait as long as they like */
static void *run_thread(void *arg)
{
	struct fuzzer *f = arg;
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	for (;;)
		fuzz_step(f);
	return NULL;
}

static void stir(void)
{
	const struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	struct sigaction action = { .sa_handler = ignore };

	CHECK_OK(sigaction(SIGALRM, &action, NULL));
	CHECK_OK(setitimer(ITIMER_REAL, &often, NULL));
}

/* Ends when its first thread has made its steps, in the middle of whatever the others do */
static void run_process(uint64_t seed)
{
	static struct fuzzer threads[THREADS_MOST];
	static struct world world;
	struct random random = { .state = seed };
	unsigned int extra = random_below_of(&random, THREADS_MOST);
	uint64_t steps = 1 + random_below_of(&random, STEPS_MOST);
	pthread_t thread;

	world_init(&world);
	stir();
	for (unsigned int i = 0; i <= extra; i++) {
		threads[i].random.state = seed + i * 0x9e3779b97f4a7c15ull + 1;
		threads[i].world = &world;
		if (i)
			CHECK_OK(pthread_create(&thread, NULL, run_thread, &threads[i]));
	}
	for (uint64_t i = 0; i < steps; i++)
		fuzz_step(&threads[0]);
	_exit(0);
}

/* ---- a round ---- */

static void force_reset(void)
{
	int fd = raw_debugfs("force_reset", O_WRONLY);

	if (fd < 0)
		return;
	CHECK_IS(write(fd, "fuzz", 4), 4);
	close(fd);
}

static bool has_ended(pid_t child)
{
	int status;
	pid_t ended = waitpid(child, &status, WNOHANG);

	CHECK(ended >= 0 || errno == EINTR);
	if (ended != child)
		return false;
	/*
	 * it writes to random addresses of its own: signals for that are its own business,
	 * failures are not
	 */
	if (WIFEXITED(status) && WEXITSTATUS(status))
		_exit(WEXITSTATUS(status));
	return true;
}

/* Waits for a process; meanwhile the innocent one goes on, and must get right results */
static void await(pid_t child, struct bench *innocent, struct random *random)
{
	const int64_t limit = raw_in_ns(ROUND_SECONDS * 1000000000ll);

	/* some are killed at a moment that nobody knows */
	if (!random_below_of(random, 4))
		for (uint64_t i = random_below_of(random, 30); i; i--)
			bench_prove(innocent);
	else
		while (!has_ended(child)) {
			if (raw_in_ns(0) > limit)
				tap_fail(__FILE__, __LINE__, "process %d hangs", child);
			bench_prove(innocent);
		}
	kill(child, SIGKILL);
	while (waitpid(child, NULL, 0) < 0 && errno != ECHILD)
		;
}

/*
 * A ring of a process that died is torn down after it, and holds files until then: so contexts come
 * back late
 */
static void await_contexts(uint64_t used)
{
	int fd = raw_open(), ret;
	uint32_t ctx;

	raw_wait_used(fd, used);
	while ((ret = raw_ctx_create(fd, DRM_INGOT_PRIORITY_NORMAL, &ctx)) == -ENOSPC)
		sched_yield();
	CHECK_OK(ret);
	close(fd);
}

static void run_round(struct random *random, struct bench *innocent, uint64_t used)
{
	const unsigned int count = 1 + random_below_of(random, PROCESSES_MOST);
	pid_t children[PROCESSES_MOST];
	struct bench fresh;

	for (unsigned int i = 0; i < count; i++) {
		uint64_t seed = random->state + i;

		children[i] = tap_fork();
		if (!children[i])
			run_process(seed);
	}
	if (options.resets && !random_below_of(random, 3))
		force_reset();
	for (unsigned int i = 0; i < count; i++)
		await(children[i], innocent, random);
	bench_prove(innocent);
	await_contexts(used);
	bench_open(&fresh);
	bench_prove(&fresh);
	close(fresh.fd);
}

static void fuzz(void)
{
	const int64_t end = raw_in_ns(options.seconds * 1000000000ll);
	struct random random = { .state = options.seed };
	struct bench innocent;
	uint64_t used, rounds = 0;

	close(raw_open_alone());
	bench_open(&innocent);
	used = raw_memory(innocent.fd).used;
	while (options.count ? rounds < options.count : raw_in_ns(0) < end) {
		if (options.trace)
			tap_note("round %llu: --seed 0x%llx --count 1", (unsigned long long)rounds,
				 (unsigned long long)random.state);
		run_round(&random, &innocent, used);
		rounds++;
	}
	tap_note("%llu rounds", (unsigned long long)rounds);
}

/* ---- the program ---- */

static const struct tap_case cases[] = {
	{ "random calls harm neither those who behave nor the device, and leave nothing behind",
	  fuzz },
	{ 0 },
};

static void usage(FILE *out)
{
	fputs("usage: fuzz_uapi [--seed N] [--seconds N | --count N] [--no-resets] [--trace]\n"
	      "  --seed N      begin of the random numbers (default: SEED in the environment,\n"
	      "                or the time)\n"
	      "  --seconds N   go on for so long (20)\n"
	      "  --count N     make so many rounds instead\n"
	      "  --no-resets   do not force resets of the device\n"
	      "  --trace       print the seed of each round\n", out);
}

static uint64_t number_of(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (*end || !*text) {
		fprintf(stderr, "fuzz_uapi: %s is not a number\n", text);
		exit(1);
	}
	return value;
}

static void parse(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "seconds", required_argument, NULL, 't' },
		{ "count", required_argument, NULL, 'c' }, { "no-resets", no_argument, NULL, 'r' },
		{ "trace", no_argument, NULL, 'v' }, { "help", no_argument, NULL, 'h' }, { 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", longs, NULL)) >= 0) {
		switch (c) {
		case 's':
			options.seed = number_of(optarg);
			break;
		case 't':
			options.seconds = number_of(optarg);
			break;
		case 'c':
			options.count = number_of(optarg);
			break;
		case 'r':
			options.resets = false;
			break;
		case 'v':
			options.trace = true;
			break;
		default:
			usage(c == 'h' ? stdout : stderr);
			exit(c != 'h');
		}
	}
}

int main(int argc, char **argv)
{
	char text[32];

	options.seed = getenv("SEED") ? number_of(getenv("SEED")) : (uint64_t)time(NULL);
	parse(argc, argv);
	/* a round may hang for as long as it may take; that is then told by what it hangs in */
	snprintf(text, sizeof(text), "%u",
		 options.count ? 100000 : options.seconds + ROUND_SECONDS + 60);
	setenv("TAP_SECONDS", text, 1);
	tap_note("seed 0x%llx", (unsigned long long)options.seed);
	return tap_main(1, argv, cases);
}
