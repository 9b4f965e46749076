// SPDX-License-Identifier: MIT
/*
 * Signals at every point: a timer interrupts this process all the time. With SA_RESTART no call
 * may end in EINTR; without, those that wait may, and the same call made again goes on where it
 * was.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sched.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "rings.h"
#include "tap.h"

/* Signals that a case lives through at least, where it goes on until then. */
#define ALARMS 200

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

/* Interrupts whatever runs for longer than @us microseconds, again and again */
static void storm(int flags, unsigned int us)
{
	const struct itimerval every = { { 0, us }, { 0, us } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = flags };

	CHECK_OK(sigaction(SIGALRM, &action, NULL));
	CHECK_OK(setitimer(ITIMER_REAL, &every, NULL));
}

static void calm(void)
{
	const struct itimerval never = { { 0, 0 }, { 0, 0 } };

	CHECK_OK(setitimer(ITIMER_REAL, &never, NULL));
}

/* ---- every call ---- */

static void weather(int flags, unsigned int us)
{
	struct call_rig rig;
	union call_arg arg;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		for (int i = 0; i < 40; i++) {
			int ret;

			c->fill(&rig, &arg);
			storm(flags, us);
			do {
				ret = raw_ioctl(rig.b.fd, c->request, &arg);
			} while (ret == -EINTR && !(flags & SA_RESTART));
			calm();
			if (ret)
				tap_fail(__FILE__, __LINE__, "%s: %d", c->name, ret);
			c->undo(&rig, &arg, ret);
			calls_drain(&rig);
		}
	}
	bench_prove(&rig.b);
}

static void test_restart(void)
{
	weather(SA_RESTART, 1000);
}

static void test_again(void)
{
	weather(0, 1000);
}

/* ---- WAIT ---- */

/*
 * A job that runs until signals enough have come: the waiter has been interrupted, and has not
 * noticed
 */
static void *open_after_storm(void *arg)
{
	const struct bench *b = arg;
	sigset_t all;

	sigfillset(&all);
	CHECK_OK(pthread_sigmask(SIG_BLOCK, &all, NULL));
	while (alarms < ALARMS)
		sched_yield();
	bench_open_gate(b, 0);
	return NULL;
}

static uint64_t begin_gate(const struct bench *b, pthread_t *thread)
{
	uint64_t job;

	bench_shut_gate(b, 0);
	job = bench_start(b, PROG_GATE, 0, 77);
	CHECK_IS(bench_next(b).type, DRM_INGOT_RECORD_EVENT);
	alarms = 0;
	CHECK_OK(pthread_create(thread, NULL, open_after_storm, (void *)b));
	return job;
}

static void test_wait_restarts(void)
{
	struct drm_ingot_record r[4];
	struct bench b;
	pthread_t thread;
	int count;

	bench_open(&b);
	begin_gate(&b, &thread);
	storm(SA_RESTART, 2000);
	count = raw_wait(b.fd, b.ctx, FOREVER, r, 4);
	calm();
	CHECK(count >= 1);
	CHECK_IS(r[0].value, 77);
	CHECK(alarms >= ALARMS);
	CHECK_OK(pthread_join(thread, NULL));
}

static void test_wait_interrupted(void)
{
	struct drm_ingot_record r[4];
	struct bench b;
	pthread_t thread;
	int count, interrupted = 0;

	bench_open(&b);
	begin_gate(&b, &thread);
	storm(0, 2000);
	while ((count = raw_wait(b.fd, b.ctx, FOREVER, r, 4)) == -EINTR)
		interrupted++;
	calm();
	CHECK(count >= 1);
	CHECK_IS(r[0].value, 77);
	CHECK(interrupted > 0);
	CHECK_OK(pthread_join(thread, NULL));
}

/* The time to give up at is a time, not a duration: signals do not put it off */
static void test_wait_gives_up(void)
{
	struct drm_ingot_record r;
	struct bench b;
	uint64_t job;

	bench_open(&b);
	job = bench_start(&b, PROG_SPIN, 0, 0);
	storm(SA_RESTART, 2000);
	CHECK_IS(raw_wait(b.fd, b.ctx, raw_in_ns(300000000), &r, 1), -ETIME);
	calm();
	CHECK_OK(raw_cancel(b.fd, b.ctx, job));
	CHECK_IS(bench_end(&b, job).status, -ECANCELED);
}

/* ---- BIND ---- */

static void bind_in_storm(int flags)
{
	struct bench b;
	pthread_t thread;
	uint64_t job;
	int ret, interrupted = 0;

	bench_open(&b);
	job = begin_gate(&b, &thread);
	storm(flags, 2000);
	while ((ret = raw_bind(b.fd, b.ctx, 9, b.data, ING_PERM_READ)) == -EINTR)
		interrupted++;
	calm();
	CHECK_OK(ret);
	CHECK(alarms >= ALARMS);
	CHECK(flags & SA_RESTART ? !interrupted : interrupted > 0);
	CHECK_OK(pthread_join(thread, NULL));
	CHECK_IS(bench_end(&b, job).status, 0);
}

static void test_bind_restarts(void)
{
	bind_in_storm(SA_RESTART);
}

static void test_bind_interrupted(void)
{
	bind_in_storm(0);
}

/* ---- COPY ---- */

static void copy_in_storm(int flags, bool object)
{
	const uint64_t size = 24 << 20;
	uint8_t *from = aligned_alloc(4096, size), *to = aligned_alloc(4096, size);
	struct drm_ingot_copy c = { 0 };
	struct bench b;
	uint32_t handle, host;
	int ret, rounds = 0;

	CHECK(from && to);
	bench_open(&b);
	handle = raw_bo(b.fd, size, DRM_INGOT_BO_DEVICE);
	host = raw_bo(b.fd, size, 0);
	alarms = 0;
	while (rounds < 3 || (alarms < ALARMS / 4 && rounds < 100)) {
		uint64_t begin = (uint64_t)(rounds % 7) * UNIT;

		for (uint64_t i = 0; i < size; i += 8)
			*(uint64_t *)(from + i) = i * 0x9e3779b97f4a7c15 + rounds;
		c = (struct drm_ingot_copy){
			.handle = handle, .offset = begin, .length = size - begin,
			.ptr = (uintptr_t)from,
		};
		storm(flags, 500);
		while ((ret = raw_ioctl(b.fd, DRM_IOCTL_INGOT_COPY, &c)) == -EINTR)
			CHECK(!(flags & SA_RESTART));
		CHECK_OK(ret);
		c = (struct drm_ingot_copy){
			.handle = handle, .offset = begin, .length = size - begin,
			.dir = DRM_INGOT_COPY_TO_HOST, .ptr = object ? 0 : (uintptr_t)to,
			.host_handle = object ? host : 0,
		};
		while ((ret = raw_ioctl(b.fd, DRM_IOCTL_INGOT_COPY, &c)) == -EINTR)
			CHECK(!(flags & SA_RESTART));
		calm();
		CHECK_OK(ret);
		if (!object)
			CHECK(!memcmp(from, to, size - begin));
		rounds++;
	}
	tap_note("%d signals in %d rounds", (int)alarms, rounds);
}

static void test_copy_restarts(void)
{
	copy_in_storm(SA_RESTART, false);
}

static void test_copy_interrupted(void)
{
	copy_in_storm(0, false);
}

static void test_copy_object(void)
{
	copy_in_storm(0, true);
}

/* ---- io_uring, poll, death ---- */

static void test_uring(void)
{
	static struct drm_ingot_submit s[64];
	struct io_uring ring;
	struct bench b;

	bench_open(&b);
	ring_open(&ring, 64, 0);
	alarms = 0;
	storm(0, 500);
	for (int round = 0; round < 20 || alarms < ALARMS; round++) {
		for (int i = 0; i < 64; i++) {
			s[i] = bench_job(&b, PROG_COUNT, 50, 0);
			s[i].max_events = 0;
			s[i].flags = DRM_INGOT_JOB_NO_RECORD;
			ring_put(&ring, b.fd, &s[i], i);
		}
		ring_enter(&ring, 64);
		for (int i = 0; i < 64; i++)
			CHECK_OK(ring_take(&ring, NULL));
	}
	calm();
	bench_prove(&b);
}

/* Killed in the middle of whatever it does: device memory comes back */
static void test_killed(void)
{
	const int watch = raw_open_alone();
	const uint64_t used = raw_memory(watch).used;
	struct bench b;

	for (int i = 0; i < 30; i++) {
		pid_t child = tap_fork();
		int status, signal_of;

		if (!child) {
			struct call_rig rig;
			const struct call *c = calls + i % 14;
			/* dies at a moment of its own choice that nobody knows */
			const struct itimerval soon = { { 0, 0 }, { 0, 2000 + 1777 * i } };
			union call_arg arg;

			signal(SIGALRM, SIG_DFL);
			calls_open(&rig);
			CHECK_OK(setitimer(ITIMER_REAL, &soon, NULL));
			for (;;) {
				c->fill(&rig, &arg);
				c->undo(&rig, &arg, raw_ioctl(rig.b.fd, c->request, &arg));
				bench_start(&rig.b, PROG_COUNT, 100, 0);
				calls_drain(&rig);
			}
		}
		CHECK_IS(waitpid(child, &status, 0), child);
		signal_of = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
		CHECK_IS(signal_of, SIGALRM);
	}
	raw_wait_used(watch, used);
	bench_open(&b);
	bench_prove(&b);
}

static const struct tap_case cases[] = {
	{ "every ioctl is restarted under a storm of signals", test_restart },
	{ "every ioctl can be repeated when a signal ends it", test_again },
	{ "WAIT is restarted", test_wait_restarts },
	{ "WAIT ends in EINTR without SA_RESTART, and loses nothing", test_wait_interrupted },
	{ "WAIT gives up in time, whatever signals come", test_wait_gives_up },
	{ "CTX_BIND is restarted", test_bind_restarts },
	{ "CTX_BIND ends in EINTR without SA_RESTART, and can be repeated", test_bind_interrupted },
	{ "COPY is restarted where it was", test_copy_restarts },
	{ "COPY that ended in EINTR goes on where it was", test_copy_interrupted },
	{ "COPY to a host object goes on where it was", test_copy_object },
	{ "jobs by io_uring end once under a storm of signals", test_uring },
	{ "processes killed at any moment leave nothing", test_killed },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
