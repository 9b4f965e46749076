// SPDX-License-Identifier: MIT
/* Everything that the simulated board can do wrong, with clients at work. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "campaign.h"
#include "tests/vm/guest/lib/host.h"
#include "module.h"
#include "tests/vm/guest/uapi/raw.h"

#define SECONDS 50
/* A job that shows no progress for so long is stopped. */
#define TIMEOUT_MS 2000
/* A fault that happens again and again is endured so often, and for so many rounds at most. */
#define TIMES 3
#define ROUNDS_MAX 30

static struct campaign campaign;

static struct crowd *begin(uint32_t may)
{
	struct client_plan plans[2];
	unsigned int n = campaign_innocents(&campaign, plans);

	for (unsigned int i = 0; i < n; i++)
		plans[i].may = may;
	return crowd_begin(plans, n);
}

static bool advance(struct crowd *crowd, unsigned int rounds)
{
	bool good = true;

	while (good && rounds--)
		good = crowd_advance(crowd, SECONDS);
	return good;
}

/* Clients work while a fault happens again and again; @counter of the board counts it. */
static void endure(const char *name, const char *fault, uint32_t may, const char *counter)
{
	struct crowd *crowd = begin(may);
	bool good = advance(crowd, 1);
	uint64_t before = host_counter(counter, 0), after = before;

	host_tell("%s", fault);
	for (unsigned int i = 0; good && i < ROUNDS_MAX && after < before + TIMES; i++) {
		good = advance(crowd, 1);
		after = host_counter(counter, 0);
	}
	host_tell("clear");
	good = good && advance(crowd, 2);
	ok(good && after >= before + TIMES, "%s: clients get on (%s: %llu)", name, counter,
		(unsigned long long)(after - before));
	crowd_end(crowd);
}

/* ---- faults that pass ---- */

static void lose_interrupts(void)
{
	endure("lost interrupts", "every 3 irqs lose-irq", 0, "irqs_lost");
}

static void spurious_interrupts(void)
{
	endure("spurious interrupts of jobs", "every 2 jobs spurious-irq 0", 0, "faults");
	endure("spurious interrupts of copies", "every 2 jobs spurious-irq 1", 0, "faults");
}

static void slow_transfers(void)
{
	endure("slow transfers", "slow-dma 2", 0, "dma_writes");
}

static void fail_reads(void)
{
	endure("reads that fail", "every 7 jobs fail-dma read",
	       MAY_LOSE_JOBS | MAY_FAULT | MAY_FAIL_COPIES, "dma_errors");
}

static void fail_writes(void)
{
	endure("writes that fail", "every 11 jobs fail-dma write",
	       MAY_LOSE_JOBS | MAY_FAULT | MAY_FAIL_COPIES, "dma_errors");
}

/* Rarer than jobs in the ring: one that meets several resets in a row is not started again. */
static void wrong_tags(void)
{
	endure("completions with a wrong tag", "every 61 jobs wrong-tag", 0, "faults");
}

/* ---- a job that hangs ---- */

static int64_t wait_for_end(struct client *c, uint64_t job)
{
	struct drm_ingot_record record = { 0 };
	int n;

	do {
		n = raw_wait(c->fd, c->ctx, now_ns() + SECONDS * 1000000000ll, &record, 1);
	} while (n == 1 && (record.job != job || record.type != DRM_INGOT_RECORD_DONE));
	return n == 1 ? record.status : n;
}

static bool has_coredump(void)
{
	char path[160], *text;
	bool good;

	snprintf(path, sizeof(path), "%s/coredump", campaign.node.debug);
	text = read_text(path);
	good = *text;
	free(text);
	return good;
}

/* The clients rest meanwhile, so it is the next job that hangs, and it is ours. */
static void stick(struct crowd *crowd, struct client *c)
{
	struct drm_ingot_submit job = work_nothing(c->ctx), next = job;
	int ret;

	ok(crowd_rest(crowd, SECONDS), "a stuck job: everybody else waits for it");
	host_tell("stuck-job");
	ret = raw_submit(c->fd, &job);
	crowd_go_on(crowd);
	ok(!ret && wait_for_end(c, job.job) == -ETIMEDOUT, "it ends with -ETIMEDOUT");
	ok(raw_submit(c->fd, &next) == -EBADFD, "its context takes no more jobs");
	ok(has_coredump(), "and there is a coredump");
}

static void stuck_job(void)
{
	static struct client_state state;
	static struct orders orders;
	static struct client c;
	const struct client_plan plan = { .name = "guilty", .depth = 1 };
	struct crowd *crowd = begin(0);

	advance(crowd, 1);
	if (!client_init(&c, &plan, &state, &orders) || client_open(&c))
		bail_out("the device cannot be opened");
	stick(crowd, &c);
	ok(advance(crowd, 2), "clients that waited get on");
	client_close(&c);
	crowd_end(crowd);
}

/* ---- a bit ---- */

/* Bytes of the object, as nobody else has one. */
#define ODD_BYTES (37u * 4096)

static uint64_t find_object(void)
{
	char path[160], *text, *line;
	uint64_t address = UINT64_MAX;
	unsigned long long at;
	unsigned int bytes;

	snprintf(path, sizeof(path), "%s/state", campaign.node.debug);
	text = read_text(path);
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		if (sscanf(line, " device 0x%llx %u bytes", &at, &bytes) == 2 && bytes == ODD_BYTES)
			address = at;
	free(text);
	return address;
}

static unsigned int differing_bits(const uint8_t *a, const uint8_t *b, unsigned int *where)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < ODD_BYTES; i++)
		if (a[i] != b[i]) {
			n += (unsigned int)__builtin_popcount(a[i] ^ b[i]);
			*where = i * 8 + (unsigned int)__builtin_ctz(a[i] ^ b[i]);
		}
	return n;
}

static void flip_in(int fd, uint32_t handle)
{
	uint8_t *in = aligned_alloc(64, ODD_BYTES), *out = aligned_alloc(64, ODD_BYTES);
	unsigned int bit = (unsigned int)random_below_of(&campaign.random, ODD_BYTES * 8);
	uint64_t address = find_object();
	unsigned int n = 0, where = 0;

	for (unsigned int i = 0; in && i < ODD_BYTES; i++)
		in[i] = (uint8_t)random_below_of(&campaign.random, 256);
	raw_copy(fd, DRM_INGOT_COPY_TO_DEVICE, handle, 0, in, ODD_BYTES);
	host_tell("flip-bit %llu %u", (unsigned long long)address + bit / 8, bit % 8);
	if (!raw_copy(fd, DRM_INGOT_COPY_TO_HOST, handle, 0, out, ODD_BYTES))
		n = differing_bits(in, out, &where);
	ok(n == 1 && where == bit, "a bit of memory turns over: that one, and no other");
	free(in);
	free(out);
}

static void flip_bit(void)
{
	struct crowd *crowd = begin(0);
	struct drm_ingot_bo_create object = { .size = ODD_BYTES, .flags = DRM_INGOT_BO_DEVICE };
	int fd = node_open();

	advance(crowd, 1);
	if (fd < 0 || raw_ioctl(fd, DRM_IOCTL_INGOT_BO_CREATE, &object))
		bail_out("no object of %u bytes", ODD_BYTES);
	flip_in(fd, object.handle);
	ok(advance(crowd, 2), "others have nothing to do with it");
	close(fd);
	crowd_end(crowd);
}

/* ---- the device goes ---- */

static void force_reset(void)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/force_reset", campaign.node.debug);
	write_text(path, "campaign");
}

static void lose_link(void)
{
	host_tell("vm bus-error fatal");
}

static void lose_device(const char *fault, void (*then)(void))
{
	struct crowd *crowd = begin(MAY_VANISH);
	int fd;

	advance(crowd, 1);
	host_tell("%s", fault);
	if (then)
		then();
	ok(crowd_await_away(crowd, SECONDS), "%s: all clients lose the device", fault);
	fd = node_open();
	ok(fd == -ENXIO, "and nobody can open it");
	if (fd >= 0)
		close(fd);
	host_tell("clear");
	ok(module_rebind(&campaign.node) && advance(crowd, 2),
		"bound again, it works again");
	crowd_end(crowd);
}

static void all_ones(void)
{
	lose_device("all-ones", NULL);
	lose_device("all-ones config", NULL);
	/* it answers when the error is reported, and no more after the link was reset */
	lose_device("after 1 resets all-ones", lose_link);
}

static void reset_hangs(void)
{
	lose_device("reset-hangs", force_reset);
	lose_device("reset-hangs flr", force_reset);
	lose_device("reset-hangs flr", lose_link);
}

/* ---- all of them ---- */

static void (*const faults[])(void) = {
	lose_interrupts, spurious_interrupts, slow_transfers, fail_reads, fail_writes, wrong_tags,
	stuck_job, flip_bit, all_ones, reset_hangs,
};

int main(int argc, char **argv)
{
	unsigned int timeout_ms;

	if (!host_is_there()) {
		puts("1..0 # SKIP nobody to ask for faults: run this by scripts/vm");
		return 0;
	}
	campaign_begin(&campaign, argc, argv, 1, 10,
		       "Has the simulated board do all that can go wrong");
	timeout_ms = module_set("timeout_ms", TIMEOUT_MS);
	for (unsigned int i = 0; i < campaign.count; i++)
		for (unsigned int f = 0; f < sizeof(faults) / sizeof(faults[0]); f++) {
			faults[f]();
			leak_listen();
		}
	module_set("timeout_ms", timeout_ms);
	return campaign_end(&campaign, 2048);
}
