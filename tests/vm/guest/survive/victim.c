// SPDX-License-Identifier: MIT
#include "victim.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "tests/vm/guest/lib/report.h"
#include "tests/vm/guest/uapi/raw.h"

/* Copies that take a while. */
#define COPY_BYTES (4u << 20)
/* Jobs in the queue behind one that runs. */
#define QUEUE 40
#define BUSY_SECONDS 60

static struct victim_state *state;

/* Nothing may fail while nobody disturbs: what the victim finds is a defect. */
static void must(int ret, const char *what)
{
	if (ret >= 0)
		return;
	note("victim: %s: %s", what, strerror(-ret));
	atomic_store(&state->failed, true);
	_exit(1);
}

static void busy(void)
{
	atomic_store(&state->busy, true);
}

static void wait_to_die(void)
{
	for (;;)
		pause();
}

/* ---- jobs ---- */

static void stream(struct client *c)
{
	for (;;) {
		busy();
		client_round(c);
		must(atomic_load(&c->state->problems) ? -EIO : 0, "round");
	}
}

static void put_queue(struct client *c, struct drm_ingot_submit *jobs)
{
	jobs[0] = work_spin(c->ctx);
	for (unsigned int i = 1; i < QUEUE; i++) {
		const struct work work = { .from = i, .rounds = 5, .to = 0, .delay = 1 };

		jobs[i] = work_submit(c->ctx, &work);
		jobs[i].max_events = 4;
	}
}

static void hang(struct client *c)
{
	static struct drm_ingot_submit jobs[QUEUE];

	put_queue(c, jobs);
	for (unsigned int i = 0; i < QUEUE; i++)
		must(raw_submit(c->fd, &jobs[i]), "submit");
	busy();
}

/* A long job runs, others are queued. */
static void queue_up(struct client *c)
{
	hang(c);
	wait_to_die();
}

/* The same, and it waits inside the kernel. */
static void wait_inside(struct client *c)
{
	struct drm_ingot_record record;

	hang(c);
	must(raw_wait(c->fd, c->ctx, -1, &record, 1), "wait");
	wait_to_die();
}

/* Commands that the kernel has to cancel with the ring. */
static void queue_commands(struct client *c)
{
	static struct drm_ingot_submit jobs[QUEUE];

	put_queue(c, jobs);
	for (unsigned int i = 0; i < QUEUE; i++)
		client_put_command(c, &jobs[i], i);
	must(io_uring_submit(&c->ring), "io_uring_submit");
	busy();
	wait_to_die();
}

/* Jobs that wait for something that will never happen, and others that wait for them. */
static void depend(struct client *c)
{
	struct drm_syncobj_create create = { 0 };
	struct drm_ingot_sync sync = { 0 };
	struct drm_ingot_submit job = work_spin(c->ctx);
	uint32_t other;

	must(raw_ctx_create(c->fd, DRM_INGOT_PRIORITY_LOW, &other), "context");
	must(raw_bind(c->fd, other, WORK_SLOT_CODE, c->code, ING_PERM_EXEC), "bind");
	must(raw_ioctl(c->fd, DRM_IOCTL_SYNCOBJ_CREATE, &create), "syncobj");
	sync.handle = create.handle;
	job.out_syncs = (uintptr_t)&sync;
	job.out_count = 1;
	must(raw_submit(c->fd, &job), "submit");
	for (unsigned int i = 0; i < QUEUE; i++) {
		job = work_nothing(other);
		job.in_syncs = (uintptr_t)&sync;
		job.in_count = 1;
		must(raw_submit(c->fd, &job), "submit");
	}
	busy();
	wait_to_die();
}

/* ---- memory ---- */

static void *map_pages(void)
{
	void *memory = mmap(NULL, COPY_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	must(memory == MAP_FAILED ? -ENOMEM : 0, "mmap");
	memset(memory, 0x5a, COPY_BYTES);
	return memory;
}

static uint32_t make_object(struct client *c, uint64_t bytes, uint32_t flags)
{
	struct drm_ingot_bo_create args = { .size = bytes, .flags = flags };

	must(raw_ioctl(c->fd, DRM_IOCTL_INGOT_BO_CREATE, &args), "object");
	return args.handle;
}

static void copy_for_ever(struct client *c, enum drm_ingot_copy_dir dir)
{
	uint32_t object = make_object(c, COPY_BYTES, DRM_INGOT_BO_DEVICE);
	void *memory = map_pages();

	for (;;) {
		busy();
		must(raw_copy(c->fd, dir, object, 0, memory, COPY_BYTES), "copy");
	}
}

static void upload(struct client *c)
{
	copy_for_ever(c, DRM_INGOT_COPY_TO_DEVICE);
}

static void download(struct client *c)
{
	copy_for_ever(c, DRM_INGOT_COPY_TO_HOST);
}

/* Objects of both kinds come and go: each new one is cleared by the device. */
static void churn(struct client *c)
{
	for (;;) {
		uint64_t bytes = 4096 + random_below_of(&c->random, 256) * 4096;
		uint32_t object = make_object(c, bytes, DRM_INGOT_BO_DEVICE);
		uint32_t other = make_object(c, bytes, 0);

		busy();
		must(raw_bo_close(c->fd, object), "close");
		must(raw_bo_close(c->fd, other), "close");
	}
}

/* Its copies and its jobs at once, by two processes that share the file. */
static void share(struct client *c)
{
	if (!fork())
		upload(c);
	hang(c);
	wait_to_die();
}

/* ---- all kinds ---- */

static const struct victim {
	const char *name;
	bool uring;
	void (*live)(struct client *c);
} victims[] = {
	{ "short jobs by ioctl", false, stream },
	{ "short jobs by io_uring", true, stream },
	{ "a long job and a queue by ioctl", false, queue_up },
	{ "a long job and a queue by io_uring", true, queue_commands },
	{ "waiting for a long job", false, wait_inside },
	{ "jobs that wait for each other", false, depend },
	{ "uploads", false, upload },
	{ "downloads", false, download },
	{ "objects that come and go", false, churn },
	{ "jobs and copies of two processes", false, share },
};

unsigned int victim_count(void)
{
	return sizeof(victims) / sizeof(victims[0]);
}

static void live(unsigned int number, uint64_t seed)
{
	static struct client_state books;
	static struct orders orders;
	static struct client c;
	const struct client_plan plan = {
		.name = victims[number].name, .uring = victims[number].uring, .depth = 16,
		.rounds_max = 20, .delay_max = 20000, .flags = DRM_INGOT_JOB_RESTARTABLE,
		.seed = seed,
	};

	must(client_init(&c, &plan, &books, &orders) ? 0 : -ENOMEM, "memory");
	must(client_open(&c), "open");
	victims[number].live(&c);
	_exit(1);
}

/* ---- from outside ---- */

struct victim_state *victim_share(void)
{
	void *memory = mmap(NULL, sizeof(*state), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		bail_out("mmap: %s", strerror(errno));
	return memory;
}

static bool is_ready(void *arg)
{
	struct victim_state *shared = arg;

	return atomic_load(&shared->busy) || atomic_load(&shared->failed);
}

pid_t victim_start(unsigned int number, uint64_t seed, struct victim_state *shared)
{
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	pid = fork();
	if (pid < 0)
		bail_out("fork: %s", strerror(errno));
	if (!pid) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		state = shared;
		live(number, seed);
	}
	/* both do it, so that it is done whoever comes first */
	setpgid(pid, pid);
	if (!await(BUSY_SECONDS, is_ready, shared) || atomic_load(&shared->failed))
		note("victim with %s does not get busy", victims[number].name);
	return pid;
}

bool victim_kill(pid_t victim, const struct victim_state *shared)
{
	int status;

	kill(-victim, SIGKILL);
	if (waitpid(victim, &status, 0) != victim)
		return false;
	return WIFSIGNALED(status) && atomic_load(&shared->busy) && !atomic_load(&shared->failed);
}
