// SPDX-License-Identifier: MIT
/* Device memory: data lines, address lines, every cell. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "run.h"

#define MIB (1ull << 20)
#define UNIT_BITS (8 * ING_UNIT_BYTES)

/**
 * struct memory - the memory under test
 * @buf: as much of it as could be had
 * @bytes: size of @buf
 * @chunk: host memory for copies
 * @chunk_bytes: its size
 * @damage: what the test under way has found
 */
struct memory {
	struct ingot_buffer *buf;
	uint64_t bytes;
	uint8_t *chunk;
	size_t chunk_bytes;
	struct damage damage;
};

static int upload(const struct memory *m, uint64_t at, size_t bytes, struct ingot_error *err)
{
	return ingot_buffer_upload(m->buf, at, m->chunk, bytes, err);
}

/* The chunk is spoilt before, so that a copy that does nothing is noticed. */
static int download(const struct memory *m, uint64_t at, size_t bytes, struct ingot_error *err)
{
	memset(m->chunk, 0x5a, bytes);
	return ingot_buffer_download(m->buf, at, m->chunk, bytes, err);
}

static void begin(const struct run *run, struct memory *m)
{
	m->damage = (struct damage){ .lines = run->config->port_bits, .memory = m->bytes };
	if (m->damage.lines > PATTERN_LINES || m->damage.lines % 64)
		m->damage.lines = PATTERN_LINES;
}

static void finish(const struct memory *m, struct selftest_result *result)
{
	if (!m->damage.words)
		return;
	result->outcome = SELFTEST_FAILED;
	damage_describe(&m->damage, result->detail, sizeof(result->detail));
}

/* ---- data lines ---- */

/* Word @i of a unit in which only bit @bit is set. */
static uint64_t walking(unsigned int bit, unsigned int i, uint64_t invert)
{
	return (bit / 64 == i ? 1ull << (bit % 64) : 0) ^ invert;
}

static int data_lines(struct memory *m, uint64_t invert, struct ingot_error *err)
{
	const size_t bytes = UNIT_BITS * ING_UNIT_BYTES;
	uint64_t *word = (uint64_t *)m->chunk;
	int ret;

	for (unsigned int bit = 0; bit < UNIT_BITS; bit++)
		for (unsigned int i = 0; i < ING_UNIT_BYTES / 8; i++)
			word[bit * ING_UNIT_BYTES / 8 + i] = walking(bit, i, invert);
	ret = upload(m, 0, bytes, err);
	ret = ret ? ret : download(m, 0, bytes, err);
	for (size_t i = 0; !ret && i < bytes / 8; i++) {
		uint64_t expected = walking(i / 8, i % 8, invert);

		if (word[i] != expected)
			damage_note(&m->damage, 8 * i, expected, word[i]);
	}
	return ret;
}

static void test_data_lines(struct run *run, const void *priv, struct selftest_result *result)
{
	struct memory *m = (struct memory *)priv;
	struct ingot_error err;

	begin(run, m);
	if (data_lines(m, 0, &err) || data_lines(m, UINT64_MAX, &err))
		result_fail(result, "%s", err.text);
	else
		finish(m, result);
}

/* ---- address lines ---- */

#define MAX_PROBES 128

/* Addresses that differ from the lowest and from the highest in one bit. */
static unsigned int find_probes(const struct memory *m, uint64_t probes[MAX_PROBES])
{
	const uint64_t top = m->bytes - ING_UNIT_BYTES;
	unsigned int count = 0;

	probes[count++] = 0;
	for (uint64_t line = ING_UNIT_BYTES; line < m->bytes; line <<= 1)
		probes[count++] = line;
	if (top && top & (top - 1))
		probes[count++] = top;
	for (uint64_t line = ING_UNIT_BYTES; line < m->bytes; line <<= 1) {
		uint64_t probe = top & ~line;

		if (probe && probe & (probe - 1) && probe != top)
			probes[count++] = probe;
	}
	return count;
}

static int address_lines(struct memory *m, uint64_t invert, struct ingot_error *err)
{
	uint64_t probes[MAX_PROBES];
	const unsigned int count = find_probes(m, probes);
	int ret = 0;

	for (unsigned int i = 0; !ret && i < count; i++) {
		pattern_fill(m->chunk, probes[i], ING_UNIT_BYTES, invert);
		ret = upload(m, probes[i], ING_UNIT_BYTES, err);
	}
	for (unsigned int i = 0; !ret && i < count; i++) {
		ret = download(m, probes[i], ING_UNIT_BYTES, err);
		if (!ret)
			pattern_check(&m->damage, m->chunk, probes[i], ING_UNIT_BYTES, invert);
	}
	return ret;
}

static void test_address_lines(struct run *run, const void *priv, struct selftest_result *result)
{
	struct memory *m = (struct memory *)priv;
	struct ingot_error err;

	begin(run, m);
	if (address_lines(m, 0, &err) || address_lines(m, UINT64_MAX, &err))
		result_fail(result, "%s", err.text);
	else
		finish(m, result);
}

/* ---- cells ---- */

/* How much is looked at: all of a board's memory; of a model's, which is not real, a part. */
static uint64_t cells_bytes(const struct run *run, const struct memory *m)
{
	uint64_t most = run->real ? m->bytes : run->slow ? MIB / 4 : 64 * MIB;

	if (run->options->quick)
		most = run->real ? 16 * MIB : run->slow ? MIB / 16 : 4 * MIB;
	return most < m->bytes ? most : m->bytes;
}

/**
 * struct sweep - walks over chunks of memory that are evenly spread
 * @count: chunks
 * @step: bytes from one to the next
 * @bytes: size of a chunk; the last one may be shorter
 */
struct sweep {
	uint64_t count, step;
	size_t bytes;
};

static struct sweep plan_sweep(const struct run *run, const struct memory *m)
{
	const uint64_t total = cells_bytes(run, m);
	struct sweep s = { .bytes = m->chunk_bytes, .step = m->chunk_bytes };

	if (total < m->bytes)
		s.bytes = m->chunk_bytes < total / 4 ? m->chunk_bytes : total / 4;
	s.count = (total + s.bytes - 1) / s.bytes;
	if (total < m->bytes)
		s.step = m->bytes / s.count / ING_UNIT_BYTES * ING_UNIT_BYTES;
	return s;
}

static int sweep_chunk(struct memory *m, uint64_t at, size_t bytes, uint64_t invert, bool check,
		       struct ingot_error *err)
{
	int ret;

	if (!check) {
		pattern_fill(m->chunk, at, bytes, invert);
		return upload(m, at, bytes, err);
	}
	ret = download(m, at, bytes, err);
	if (!ret)
		pattern_check(&m->damage, m->chunk, at, bytes, invert);
	return ret;
}

static int sweep(const struct run *run, struct memory *m, const struct sweep *s, unsigned int pass,
		 struct ingot_error *err)
{
	int ret = 0;

	for (uint64_t i = 0; !ret && i < s->count && !run_stops(run); i++) {
		const uint64_t at = i * s->step, left = m->bytes - at;

		ret = sweep_chunk(m, at, left < s->bytes ? left : s->bytes,
				  pass / 2 ? UINT64_MAX : 0, pass % 2, err);
		run_progress(run, pass * s->count + i, 4 * s->count);
	}
	return ret;
}

/* All is written before anything is read: so a cell is wrong if another write reaches it. */
static void test_cells(struct run *run, const void *priv, struct selftest_result *result)
{
	struct memory *m = (struct memory *)priv;
	const struct sweep s = plan_sweep(run, m);
	struct ingot_error err;
	int ret = 0;

	begin(run, m);
	for (unsigned int pass = 0; !ret && pass < 4; pass++)
		ret = sweep(run, m, &s, pass, &err);
	if (ret)
		result_fail(result, "%s", err.text);
	else if (m->damage.words)
		finish(m, result);
	else
		result_say(result, "%g of %llu MiB", (double)cells_bytes(run, m) / MIB,
			   (unsigned long long)(run->config->memory_bytes / MIB));
}

/* ---- the group ---- */

/* As much as there is: all of it, or what others have left in one piece. */
static int take_memory(struct run *run, struct memory *m, struct ingot_error *err)
{
	uint64_t bytes = run->config->memory_bytes;

	while (bytes >= MIB / 4) {
		m->buf = ingot_buffer_create(run->dev, bytes, err);
		if (m->buf) {
			m->bytes = ingot_buffer_bytes(m->buf);
			return 0;
		}
		if (err->code != -ENOSPC)
			return err->code;
		bytes -= bytes / 8;
	}
	return -ENOSPC;
}

static int prepare(struct run *run, struct memory *m, struct ingot_error *err)
{
	int ret = take_memory(run, m, err);

	if (ret)
		return ret;
	m->chunk_bytes = run->slow ? MIB / 16 : MIB;
	m->chunk = ingot_host_alloc(run->dev, m->chunk_bytes, err);
	return m->chunk ? 0 : -ENOMEM;
}

static void test_room(struct run *run, const void *priv, struct selftest_result *result)
{
	struct memory *m = (struct memory *)priv;
	struct ingot_error err;

	if (prepare(run, m, &err))
		result_fail(result, "%s", err.text);
	else if (m->bytes < run->config->memory_bytes)
		result_say(result, "only %llu of %llu MiB: the rest is in use; addresses count from there",
			   (unsigned long long)(m->bytes / MIB),
			   (unsigned long long)(run->config->memory_bytes / MIB));
}

void test_memory(struct run *run)
{
	struct memory m = { 0 };

	if (run_test(run, "memory", "room", test_room, &m) == SELFTEST_PASSED) {
		run_test(run, "memory", "data lines", test_data_lines, &m);
		run_test(run, "memory", "address lines", test_address_lines, &m);
		run_test(run, "memory", "cells", test_cells, &m);
	}
	ingot_host_free(run->dev, m.chunk);
	ingot_buffer_destroy(m.buf);
}
