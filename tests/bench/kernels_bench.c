// SPDX-License-Identifier: MIT
/*
 * Speed of the kernels at the sizes of SmolLM2-135M in Q4_1: the matrices of one token, each used
 * for one column (decode) or for many (prefill).
 *
 *   kernels_bench [INSTANCE|all] [THREADS] [COLUMNS]     without arguments: everything
 *
 * The instance "read" reads the weights and does nothing with them: the rate of the memory, which
 * no other instance can exceed at one column, on a machine that may be busy with other things.
 *
 * Prints per run milliseconds a pass, GB/s of weights, 10^9 products/s. Every matrix counts with
 * the fastest of its several times, so that a busy machine spoils little.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "hw/func/kernels.h"

#define MAX_THREADS 64
#define MAX_COLS 64
#define MAX_BLOCKS 48
#define LAYERS 30
#define MATRICES (4 * LAYERS + 1)
#define TILE_GROUPS 4

/* The products of a token that share an input, in order; rows of the same length are one matrix. */
static const struct shape {
	unsigned int rows, blocks, times;
	struct ing_format format;
} shapes[] = {
	{ 576 + 2 * 192, 18, LAYERS, { ING_WIDTH_4, 1, 0 } }, /* q, k, v */
	{ 576, 18, LAYERS, { ING_WIDTH_4, 1, 0 } },           /* output */
	{ 2 * 1536, 18, LAYERS, { ING_WIDTH_4, 1, 0 } },      /* gate, up */
	{ 576, 48, LAYERS, { ING_WIDTH_4, 1, 0 } },           /* down */
	{ 49152, 18, 1, { ING_WIDTH_8, 0, 0 } },              /* head */
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static uint8_t *weights;
static struct ing_act_block *act;
static float *out;

/* One run: what each thread does. */
struct run {
	const struct ing_kernels *kernels;
	unsigned int threads, cols, passes;
	bool head;
	pthread_barrier_t barrier;
};

struct worker {
	struct run *run;
	unsigned int index;
	pthread_t thread;
	double best[MATRICES]; /* seconds */
};

/* A product that is none: reads the weights of whole tiles. */
static void read_weights(const struct ing_matmul *m)
{
	typedef uint64_t vec __attribute__((vector_size(64)));
	size_t group = (size_t)m->blocks * ing_block_units(m->format, m->tile_groups) *
		       ING_UNIT_BYTES / m->tile_groups;
	const vec *p = (const vec *)(m->tiles + m->group * group);
	vec sum[4] = { 0 };

	for (size_t i = 0; i < m->groups * group / sizeof(vec); i += 4) {
		for (unsigned int j = 0; j < 4; j++) {
			__builtin_prefetch(p + i + j + 64);
			sum[j] ^= p[i + j];
		}
	}
	sum[0] ^= sum[1] ^ sum[2] ^ sum[3];
	__asm__ volatile("" : : "m"(sum[0]) : "memory");
}

static const struct ing_kernels reader = { .name = "read", .matmul = read_weights };

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static size_t shape_bytes(const struct shape *s)
{
	return (size_t)s->rows / 16 / TILE_GROUPS * s->blocks *
	       ing_block_units(s->format, TILE_GROUPS) * ING_UNIT_BYTES;
}

/* The worker's share of every matrix, whole tiles; all wait for each other after each matrix. */
static void pass(struct worker *w, void *ws)
{
	const uint8_t *tiles = weights;
	struct run *r = w->run;
	double *best = w->best, begin = now(), end_time;

	for (unsigned int i = 0; i < SHAPES - !r->head; i++) {
		const struct shape *s = &shapes[i];
		unsigned int count = s->rows / 16 / TILE_GROUPS;
		unsigned int first = count * w->index / r->threads;
		unsigned int end = count * (w->index + 1) / r->threads;

		for (unsigned int j = 0; j < s->times; j++, tiles += shape_bytes(s)) {
			struct ing_matmul m = {
				.tiles = tiles,
				.format = s->format,
				.tile_groups = TILE_GROUPS,
				.blocks = s->blocks,
				.group = first * TILE_GROUPS,
				.groups = (end - first) * TILE_GROUPS,
				.act = act,
				.act_stride = MAX_BLOCKS,
				.cols = r->cols,
				.out = out,
				.out_stride = s->rows,
				.ws = ws,
			};

			r->kernels->matmul(&m);
			pthread_barrier_wait(&r->barrier);
			end_time = now();
			if (end_time - begin < *best)
				*best = end_time - begin;
			best++;
			begin = end_time;
		}
	}
}

static void *work(void *arg)
{
	struct worker *w = arg;
	void *ws = aligned_alloc(64, ING_KERNEL_WS_BYTES);
	uint32_t mode = ing_kernels_enter(w->run->kernels);

	for (unsigned int i = 0; i < MATRICES; i++)
		w->best[i] = 1e9;
	for (unsigned int i = 0; i < w->run->passes; i++)
		pass(w, ws);
	ing_kernels_leave(mode);
	free(ws);
	return NULL;
}

static double run_threads(struct run *r)
{
	static struct worker workers[MAX_THREADS];
	double seconds = 0;

	pthread_barrier_init(&r->barrier, NULL, r->threads);
	for (unsigned int i = 0; i < r->threads; i++) {
		workers[i] = (struct worker){ .run = r, .index = i };
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	}
	for (unsigned int i = 0; i < r->threads; i++)
		pthread_join(workers[i].thread, NULL);
	pthread_barrier_destroy(&r->barrier);
	for (unsigned int i = 0; i < MATRICES - (r->head ? 0u : 1u); i++)
		seconds += workers[0].best[i];
	return seconds;
}

static void measure(const char *name, unsigned int threads, unsigned int cols)
{
	const struct ing_kernels *k =
		!strcmp(name, reader.name) ? &reader : ing_kernels_select(name);
	struct run r = { .kernels = k, .threads = threads, .cols = cols };
	double bytes = 0, products = 0, seconds;
	bool slow = !strcmp(name, "scalar");

	if (!r.kernels) {
		printf("%-7s  this processor cannot run it\n", name);
		return;
	}
	r.head = cols == 1;
	r.passes = slow ? 1 : cols == 1 ? 60 : 5 + 64 / cols;
	for (unsigned int i = 0; i < SHAPES - !r.head; i++) {
		const struct shape *s = &shapes[i];

		bytes += (double)shape_bytes(s) * s->times;
		products += (double)s->rows * s->blocks * ING_BLOCK * s->times * cols;
	}
	seconds = run_threads(&r);
	printf("%-7s  %2u threads  %2u columns  %8.2f ms  %6.1f GB/s  %6.1f Gproducts/s\n", name,
	       threads, cols, seconds * 1e3, bytes / seconds * 1e-9, products / seconds * 1e-9);
	fflush(stdout);
}

static void measure_all(const char *name, unsigned int threads, unsigned int cols)
{
	static const char *const names[] = { "read", "avx512", "avx2", "scalar" };
	static const unsigned int columns[] = { 1, 4, 16, 64 };

	for (unsigned int i = 0; i < 4; i++)
		for (unsigned int t = 1; t <= 2; t++)
			for (unsigned int c = 0; c < 4; c++)
				if ((i || !c) && (!name || !strcmp(name, "all") || !strcmp(name, names[i])) &&
				    (!cols || cols == columns[c]) && (!threads || threads == t))
					measure(names[i], threads ? threads : t, columns[c]);
}

/* Digits of no pattern, ordinary scales, random activations. */
static void fill(void)
{
	size_t bytes = 0;
	uint32_t x = 1;
	float row[ING_BLOCK];

	for (unsigned int i = 0; i < SHAPES; i++)
		bytes += shape_bytes(&shapes[i]) * shapes[i].times;
	weights = aligned_alloc(1 << 21, (bytes + (1 << 22)) >> 21 << 21);
	madvise(weights, bytes, MADV_HUGEPAGE);
	for (size_t i = 0; i < bytes / 2; i++) {
		x = x * 1664525 + 1013904223;
		((uint16_t *)weights)[i] = (uint16_t)(0x2c00 + (x >> 22));
	}
	act = aligned_alloc(64, MAX_COLS * MAX_BLOCKS * sizeof(*act));
	for (unsigned int i = 0; i < MAX_COLS * MAX_BLOCKS; i++) {
		for (int j = 0; j < ING_BLOCK; j++) {
			x = x * 1664525 + 1013904223;
			row[j] = (float)(int32_t)x;
		}
		ing_kernels_select("scalar")->quant_act(act + i, row, ING_BLOCK);
	}
	out = aligned_alloc(64, (size_t)MAX_COLS * 49152 * sizeof(*out));
	memset(out, 0, (size_t)MAX_COLS * 49152 * sizeof(*out));
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	unsigned int threads = argc > 2 ? (unsigned int)atoi(argv[2]) : 0;
	unsigned int cols = argc > 3 ? (unsigned int)atoi(argv[3]) : 0;

	fill();
	if (threads && cols && cols <= MAX_COLS && threads <= MAX_THREADS)
		measure(name, threads, cols);
	else
		measure_all(name, threads, cols);
	return 0;
}
