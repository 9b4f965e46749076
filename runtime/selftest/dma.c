// SPDX-License-Identifier: MIT
/* Copies both ways: every alignment of host memory, many lengths, and nothing else touched. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "run.h"

/* The window of device memory that copies go to, and what host memory they come from, bytes. */
#define WINDOW (32u << 10)
#define HOST_BYTES (2 * WINDOW)
/* Alignments of host memory: those of a unit, and a page's end. */
#define ALIGNMENTS 66

/**
 * struct copies - what copies need
 * @buf: the window
 * @pinned: host memory of the device's own kind
 * @plain: host memory of the process
 * @image: what the window should hold
 * @seen: what it holds
 */
struct copies {
	struct ingot_buffer *buf;
	uint8_t *pinned, *plain, *image, *seen;
};

/** struct one_copy - a copy to be tried */
struct one_copy {
	bool to_device, pinned;
	size_t host, device, bytes;
};

static const unsigned int lengths[] = { 1, 2, 3, 4, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127,
					128, 129, 256 };
#define LENGTHS (sizeof(lengths) / sizeof(lengths[0]))

static void fill_random(uint8_t *p, size_t bytes, uint64_t *seed)
{
	pattern_fill(p, *seed, bytes, 0);
	*seed += bytes;
}

static void fail_at(struct selftest_result *result, const struct one_copy *c, const char *where,
		    size_t at, uint8_t read, uint8_t expected)
{
	result_fail(result,
		    "copy %s of %zu bytes, device offset 0x%zx, %s memory at 0x%zx past a page: %s byte 0x%zx is 0x%02x for 0x%02x",
		    c->to_device ? "to the device" : "to the host", c->bytes, c->device,
		    c->pinned ? "device's host" : "plain host", c->host % 4096, where, at, read,
		    expected);
}

static bool same(struct selftest_result *result, const struct one_copy *c, const char *where,
		 const uint8_t *seen, const uint8_t *expected, size_t bytes)
{
	size_t at = 0;

	if (!memcmp(seen, expected, bytes))
		return true;
	while (seen[at] == expected[at])
		at++;
	fail_at(result, c, where, at, seen[at], expected[at]);
	return false;
}

/* The whole window is read back, by a copy of the plainest kind. */
static bool try_upload(struct copies *k, const struct one_copy *c, uint64_t *seed,
		       struct selftest_result *result, struct ingot_error *err)
{
	uint8_t *from = (c->pinned ? k->pinned : k->plain) + c->host;

	fill_random(k->image + c->device, c->bytes, seed);
	memcpy(from, k->image + c->device, c->bytes);
	if (ingot_buffer_upload(k->buf, c->device, from, c->bytes, err) ||
	    ingot_buffer_download(k->buf, 0, k->seen, WINDOW, err))
		return false;
	return same(result, c, "device", k->seen, k->image, WINDOW);
}

/* All of the host memory is looked at: what was not asked for must be as it was. */
static bool try_download(struct copies *k, const struct one_copy *c, uint64_t *seed,
			 struct selftest_result *result, struct ingot_error *err)
{
	uint8_t *to = c->pinned ? k->pinned : k->plain;
	uint8_t *expected = k->seen;

	fill_random(to, HOST_BYTES, seed);
	memcpy(expected, to, HOST_BYTES);
	memcpy(expected + c->host, k->image + c->device, c->bytes);
	if (ingot_buffer_download(k->buf, c->device, to + c->host, c->bytes, err))
		return false;
	return same(result, c, "host", to, expected, HOST_BYTES);
}

static struct one_copy make_copy(unsigned int alignment, unsigned int length, bool pinned,
				 bool to_device)
{
	struct one_copy c = { .pinned = pinned, .to_device = to_device };

	/* the last two lie across the end of a page, unaligned and aligned */
	c.host = alignment < 64 ? alignment : 4096 - (alignment == 64 ? 60 : 64);
	c.bytes = lengths[length] * ING_UNIT_BYTES;
	c.device = (alignment * 7 + length * 13) % 96 * ING_UNIT_BYTES;
	return c;
}

static bool try_all(struct run *run, struct copies *k, bool to_device, unsigned int *count,
		    struct selftest_result *result, struct ingot_error *err)
{
	const unsigned int step = run->options->quick || run->slow ? 9 : 1;
	uint64_t seed = 0;

	fill_random(k->image, WINDOW, &seed);
	if (ingot_buffer_upload(k->buf, 0, k->image, WINDOW, err))
		return false;
	for (unsigned int i = 0; i < ALIGNMENTS * LENGTHS * 2; i += step) {
		const struct one_copy c = make_copy(i / 2 / LENGTHS, i / 2 % LENGTHS, i % 2,
						    to_device);

		if (run_stops(run))
			return true;
		if (!(to_device ? try_upload : try_download)(k, &c, &seed, result, err))
			return false;
		++*count;
	}
	return true;
}

static void test_copies(struct run *run, const void *priv, struct selftest_result *result)
{
	const bool to_device = priv;
	struct ingot_error err = { 0 };
	struct copies k = {
		.buf = ingot_buffer_create(run->dev, WINDOW, &err),
		.pinned = ingot_host_alloc(run->dev, HOST_BYTES, &err),
		.plain = aligned_alloc(4096, HOST_BYTES),
		.image = aligned_alloc(4096, WINDOW),
		.seen = aligned_alloc(4096, HOST_BYTES),
	};
	unsigned int count = 0;

	if (!k.buf || !k.pinned || !k.plain || !k.image || !k.seen)
		result_fail(result, "%s", err.code ? err.text : "out of memory");
	else if (try_all(run, &k, to_device, &count, result, &err))
		result_say(result, "%u copies", count);
	else if (result->outcome == SELFTEST_PASSED)
		result_fail(result, "copy %u: %s", count, err.text);
	free(k.seen);
	free(k.image);
	free(k.plain);
	ingot_host_free(run->dev, k.pinned);
	ingot_buffer_destroy(k.buf);
}

/* ---- speed ---- */

#define SPEED_BYTES (8u << 20)
#define SPEED_ROUNDS 4

static double rate(uint64_t ns)
{
	return ns ? (double)SPEED_BYTES * SPEED_ROUNDS * 1e3 / (double)ns : 0;
}

static int copy_rounds(struct ingot_buffer *buf, uint8_t *host, bool to_device, double *mbs,
		       struct ingot_error *err)
{
	const uint64_t begin = test_ns();
	int ret = 0;

	for (int i = 0; !ret && i < SPEED_ROUNDS; i++)
		ret = to_device ? ingot_buffer_upload(buf, 0, host, SPEED_BYTES, err) :
				  ingot_buffer_download(buf, 0, host, SPEED_BYTES, err);
	*mbs = rate(test_ns() - begin);
	return ret;
}

static double memcpy_rounds(uint8_t *to, const uint8_t *from)
{
	const uint64_t begin = test_ns();

	for (int i = 0; i < SPEED_ROUNDS; i++)
		memcpy(to, from, SPEED_BYTES);
	return rate(test_ns() - begin);
}

static int measure(struct ingot_buffer *buf, uint8_t *pinned, uint8_t *plain,
		   struct selftest_result *result, struct ingot_error *err)
{
	double up, up_plain, down, copy;
	int ret;

	memset(pinned, 1, SPEED_BYTES);
	memset(plain, 2, SPEED_BYTES);
	ret = copy_rounds(buf, pinned, true, &up, err);
	ret = ret ? ret : copy_rounds(buf, plain, true, &up_plain, err);
	ret = ret ? ret : copy_rounds(buf, pinned, false, &down, err);
	copy = memcpy_rounds(plain, pinned);
	if (!ret)
		result_say(result,
			   "%.0f MB/s to the device (%.0f from plain memory), %.0f MB/s to the host; memcpy %.0f MB/s",
			   up, up_plain, down, copy);
	return ret;
}

static void test_speed(struct run *run, const void *priv, struct selftest_result *result)
{
	struct ingot_error err = { 0 };
	struct ingot_buffer *buf = ingot_buffer_create(run->dev, SPEED_BYTES, &err);
	uint8_t *pinned = ingot_host_alloc(run->dev, SPEED_BYTES, &err);
	uint8_t *plain = aligned_alloc(4096, SPEED_BYTES);

	(void)priv;
	if (err.code == -ENOSPC || err.code == -ENOMEM || !plain)
		result_skip(result, err.code ? err.text : "out of memory");
	else if (!buf || !pinned)
		result_fail(result, "%s", err.text);
	else if (measure(buf, pinned, plain, result, &err))
		result_fail(result, "%s", err.text);
	free(plain);
	ingot_host_free(run->dev, pinned);
	ingot_buffer_destroy(buf);
}

void test_dma(struct run *run)
{
	run_test(run, "dma", "to the device", test_copies, (void *)1);
	run_test(run, "dma", "to the host", test_copies, NULL);
	if (!run->slow)
		run_test(run, "dma", "speed", test_speed, NULL);
}
