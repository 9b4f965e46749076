// SPDX-License-Identifier: MIT
/*
 * What jobs meet: time limits, resets that they did not cause, FLR, unbinding, killed processes. Counts of
 * rounds: recover [ROUNDS]. Changes the module's parameters and leaves them as they were.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <liburing.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "board.h"

#define FOREVER 60000
#define DRIVER "/sys/bus/pci/drivers/ingot"

/* ---- sysfs ---- */

static void set_parameter(const char *name, unsigned int value)
{
	char path[PATH_MAX], text[16];

	snprintf(path, sizeof(path), "/sys/module/ingot/parameters/%s", name);
	snprintf(text, sizeof(text), "%u", value);
	if (write_text(path, text))
		ok(false, "%s is set", path);
}

/* Address of the device, while it is bound */
static void find_device(char *address, size_t size)
{
	DIR *dir = opendir(DRIVER);
	struct dirent *entry;

	address[0] = 0;
	while (dir && (entry = readdir(dir)))
		if (strchr(entry->d_name, ':'))
			snprintf(address, size, "%s", entry->d_name);
	if (dir)
		closedir(dir);
}

static int force_reset(void)
{
	char address[NAME_MAX + 1], path[2 * PATH_MAX];

	find_device(address, sizeof(address));
	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%s/force_reset", address);
	return write_text(path, "1");
}

static unsigned int count_resets(int fd)
{
	struct drm_ingot_info info;
	struct drm_ingot_query query = {
		.type = DRM_INGOT_QUERY_INFO, .size = sizeof(info), .ptr = (uintptr_t)&info,
	};

	return board_ioctl(fd, DRM_IOCTL_INGOT_QUERY, &query) ? 0 : info.resets;
}

/* ---- time limits ---- */

static void test_limit(struct client *client)
{
	uint32_t guilty = client_ctx(client, DRM_INGOT_PRIORITY_NORMAL);
	struct drm_ingot_submit spin = job_args(guilty, ROUTINE_SPIN, 0);
	struct drm_ingot_submit behind = job_args(guilty, ROUTINE_END, 0);
	struct drm_ingot_record record;
	unsigned int resets = count_resets(client->fd);

	set_parameter("timeout_ms", 400);
	set_parameter("limit_ms", 300);
	submit(client->fd, &spin);
	submit(client->fd, &behind);
	is(run_job(client, ROUTINE_END, 0, &record), 0, "a client waits behind a hung job");
	is(record.status, 0, "and gets its turn");
	is(take_done(client->fd, guilty, spin.job, &record, FOREVER), 0,
		    "the hung job ends");
	is(record.status, -ETIMEDOUT, "with -ETIMEDOUT");
	is(take_done(client->fd, guilty, behind.job, &record, FOREVER), 0,
		    "the one behind it ends");
	is(record.status, -ECANCELED, "with -ECANCELED");
	is(submit(client->fd, &behind), -EBADFD, "its context is shut");
	is(count_resets(client->fd), resets, "without a reset");
	ctx_destroy(client->fd, guilty);
	set_parameter("limit_ms", 600000);
}

/* ---- resets ---- */

static void test_reset(struct client *client)
{
	struct drm_ingot_submit again = job_args(client->ctx, ROUTINE_EMIT, 200000);
	struct drm_ingot_submit fragile = job_args(client->ctx, ROUTINE_COUNT, 3000000);
	static struct drm_ingot_record records[1024];
	int bad = 0, n = 0, events = 0;

	again.max_events = 1000;
	again.flags = DRM_INGOT_JOB_RESTARTABLE;
	submit(client->fd, &again);
	n = take(client->fd, client->ctx, records, 1, FOREVER);
	is(n, 1, "a restartable job has begun");
	events = n;
	is(force_reset(), 0, "the device is reset");
	while (n > 0 && records[n - 1].type != DRM_INGOT_RECORD_DONE) {
		n = take(client->fd, client->ctx, records, 1024, FOREVER);
		for (int i = 0; i < n && records[i].type == DRM_INGOT_RECORD_EVENT; i++)
			bad += records[i].value != 200000u - (unsigned int)events++;
	}
	is(bad, 0, "every event comes once, in order");
	is(events, 1000, "all that were to be kept");
	is(n > 0 ? records[n - 1].status : n, 0, "and it ends well");
	is(n > 0 ? (int)records[n - 1].dropped : 0, 199000, "with the right count");

	submit(client->fd, &fragile);
	while (take(client->fd, client->ctx, records, 1, 5) == -ETIME && !force_reset())
		;
	take_done(client->fd, client->ctx, fragile.job, records, 0);
	ok(!records[0].status || records[0].status == -EIO,
	      "a job that cannot be repeated ends with -EIO (%d)", records[0].status);
}

/* ---- resets and innocent clients ---- */

static atomic_int stop;

static void *innocent(void *arg)
{
	intptr_t bad = 0, jobs = 0;
	struct client client;

	(void)arg;
	client_open(&client);
	while (!atomic_load(&stop)) {
		struct drm_ingot_submit args = job_args(client.ctx, ROUTINE_EMIT, 40);
		struct drm_ingot_record records[64];
		int total = 0, n;

		args.flags = DRM_INGOT_JOB_RESTARTABLE;
		args.max_events = 40;
		if (submit(client.fd, &args)) {
			bad++;
			break;
		}
		while (total < 41) {
			n = take(client.fd, client.ctx, records + total,
				 41u - (unsigned int)total, FOREVER);
			if (n <= 0)
				break;
			total += n;
		}
		bad += total != 41 || records[40].status;
		for (int i = 0; i < 40 && i < total; i++)
			bad += records[i].value != 40u - (unsigned int)i;
		jobs++;
	}
	client_close(&client);
	printf("# an innocent client: %ld jobs, %ld bad\n", (long)jobs, (long)bad);
	return (void *)bad;
}

static void test_innocents(struct client *client, int rounds)
{
	pthread_t threads[2];
	intptr_t bad = 0;
	void *ret;

	atomic_store(&stop, 0);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, innocent, NULL);
	for (int i = 0; i < rounds; i++) {
		struct drm_ingot_submit spin = job_args(client->ctx, ROUTINE_SPIN, 0);
		struct drm_ingot_record record = { 0 };

		submit(client->fd, &spin);
		usleep(1000 + (unsigned int)(rand() % 10000));
		/* a reset that it did not cause; one that comes before it begins does nothing to it */
		do {
			bad += force_reset() != 0;
		} while (!bad && take(client->fd, client->ctx, &record, 1, 100) == -ETIME);
		bad += record.status != -EIO;
		if (record.status != -EIO)
			printf("# round %d: status %d\n", i, record.status);
	}
	atomic_store(&stop, 1);
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], &ret);
		bad += (intptr_t)ret;
	}
	is(bad, 0, "%d resets with innocent clients at work", rounds);
}

/* ---- the device goes and comes ---- */

static void test_flr(struct client *client, int rounds)
{
	char address[NAME_MAX + 1], path[2 * PATH_MAX];
	pthread_t thread;
	intptr_t bad = 0;
	void *ret;

	find_device(address, sizeof(address));
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/reset", address);
	atomic_store(&stop, 0);
	pthread_create(&thread, NULL, innocent, NULL);
	for (int i = 0; i < rounds; i++) {
		struct drm_ingot_record record;
		int ret2;

		usleep((unsigned int)(rand() % 20000));
		ret2 = write_text(path, "1");
		bad += ret2 != 0;
		if (ret2)
			printf("# %s: %d\n", path, ret2);
		bad += run_job(client, ROUTINE_END, 0, &record) || record.status;
	}
	atomic_store(&stop, 1);
	pthread_join(thread, &ret);
	bad += (intptr_t)ret;
	is(bad, 0, "%d function resets under load", rounds);
}

/* Submits in batches until the device is gone; every command must complete, once. Tells @ready of the first */
static void run_until_gone(int ready)
{
	enum { DEPTH = 64 };
	static struct drm_ingot_submit args[DEPTH];
	struct client client;
	struct io_uring ring;
	bool gone = false;

	client_open(&client);
	if (io_uring_queue_init(DEPTH, &ring, 0))
		_exit(10);
	while (!gone) {
		for (unsigned int i = 0; i < DEPTH; i++) {
			struct io_uring_sqe *sqe = io_uring_get_sqe(&ring);
			struct ingot_uring_cmd cmd = {
				.submit = (uintptr_t)&args[i], .size = sizeof(args[i]),
			};

			args[i] = job_args(client.ctx, i & 1 ? ROUTINE_COUNT : ROUTINE_END, 2000);
			args[i].flags = DRM_INGOT_JOB_NO_RECORD;
			io_uring_prep_rw(IORING_OP_URING_CMD, sqe, client.fd, NULL, 0, 0);
			sqe->off = INGOT_URING_SUBMIT;
			memcpy((char *)sqe + 48, &cmd, sizeof(cmd));
		}
		io_uring_submit(&ring);
		if (write(ready, "", 1) != 1)
			_exit(13);
		for (unsigned int i = 0; i < DEPTH; i++) {
			struct io_uring_cqe *cqe;

			if (io_uring_wait_cqe(&ring, &cqe))
				_exit(11);
			if (cqe->res == -ENODEV)
				gone = true;
			else if (cqe->res)
				_exit(12);
			io_uring_cqe_seen(&ring, cqe);
		}
	}
	_exit(0);
}

static void test_unbind(int rounds)
{
	char address[NAME_MAX + 1];
	int bad = 0;

	find_device(address, sizeof(address));
	for (int i = 0; i < rounds; i++) {
		int pipes[2][2];
		pid_t pids[2];
		char byte;

		for (int k = 0; k < 2; k++) {
			bad += pipe(pipes[k]) != 0;
			pids[k] = fork();
			if (!pids[k])
				run_until_gone(pipes[k][1]);
			close(pipes[k][1]);
		}
		for (int k = 0; k < 2; k++)
			bad += read(pipes[k][0], &byte, 1) != 1;
		usleep((unsigned int)(rand() % 20000));
		bad += write_text(DRIVER "/unbind", address) != 0;
		for (int k = 0; k < 2; k++) {
			int status;

			waitpid(pids[k], &status, 0);
			if (status)
				printf("# round %d: client %d: status 0x%x\n", i, k, status);
			bad += status != 0;
			close(pipes[k][0]);
		}
		bad += write_text(DRIVER "/bind", address) != 0;
	}
	is(bad, 0, "%d times unbound under load", rounds);
}

static void be_busy(void)
{
	struct client client;
	struct drm_ingot_submit args;

	client_open(&client);
	for (int i = 0;; i++) {
		args = job_args(client.ctx, i % 16 == 7 ? ROUTINE_SPIN : ROUTINE_EMIT, 50);
		args.max_events = 50;
		submit(client.fd, &args);
	}
}

static void test_kill(int rounds)
{
	struct client client;
	int bad = 0;

	for (int i = 0; i < rounds; i++) {
		struct drm_ingot_record record;
		pid_t pid = fork();

		if (!pid)
			be_busy();
		usleep(5000 + (unsigned int)(rand() % 15000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		client_open(&client);
		bad += run_job(&client, ROUTINE_END, 0, &record) || record.status;
		client_close(&client);
	}
	is(bad, 0, "%d processes killed with jobs in flight", rounds);
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 5;
	struct client client;

	/* children print nothing of their parent's */
	setvbuf(stdout, NULL, _IOLBF, 0);
	srand(argc > 2 ? (unsigned int)atoi(argv[2]) : 1);
	client_open(&client);
	test_limit(&client);
	test_reset(&client);
	test_innocents(&client, rounds);
	test_flr(&client, rounds);
	set_parameter("timeout_ms", 10000);
	client_close(&client);
	test_kill(rounds);
	test_unbind(rounds);
	return tap_done();
}
