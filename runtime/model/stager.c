// SPDX-License-Identifier: MIT
/* Repacking in several threads, copying in one. */
#define _GNU_SOURCE // sched_getaffinity()
#include "stager.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "hw/thread.h"
#include "repack.h"

/* Bytes that are copied at once: a copy has a price of its own, and matrices may be small. */
#define STAGE_BYTES (4u << 20)
/* One is copied or filled while the tiles of the others are made. */
#define STAGES 3
#define THREADS_MAX 16
/* More tiles than any stage has of more than 256 bytes. */
#define JOBS_MAX (STAGE_BYTES / 256)

/**
 * struct job - a tile to be made
 * @m: its matrix
 * @tile: which one
 * @to: where to
 */
struct job {
	struct matrix *m;
	uint32_t tile;
	uint8_t *to;
};

/**
 * struct stage - host memory in which neighbouring parts are put together
 * @bytes: @room of them, of which @used hold parts and zeros between parts
 * @first: unit of the buffer that @bytes begin with
 * @jobs: tiles to be made in it
 * @count: jobs so far
 * @next: first job that nobody has taken
 * @done: jobs that are over
 */
struct stage {
	uint8_t *bytes;
	size_t room, used;
	uint64_t first;
	struct job *jobs;
	unsigned int count, next, done;
};

/**
 * struct stager - see the header
 * @stages: a ring; @current is being filled, the one behind it is copied next
 * @lock: guards jobs, @quit, @failed, @error and the losses of matrices
 * @work: a job has come, or @quit
 * @over: a job is over
 * @failed: a job has failed; @error is what the first such said
 * @done: units copied
 */
struct stager {
	struct stager_params p;
	struct stage stages[STAGES];
	unsigned int current;
	pthread_mutex_t lock;
	pthread_cond_t work, over;
	pthread_t threads[THREADS_MAX];
	unsigned int n_threads;
	struct repack_scratch scratch;
	bool quit;
	int failed;
	struct ingot_error error;
	struct stager_result result;
};

/* A job for the caller, whom it belongs to from then on; the lock is held. */
static struct job *take_job(struct stager *s, struct stage **stage)
{
	for (unsigned int i = 1; i <= STAGES; i++) {
		*stage = &s->stages[(s->current + i) % STAGES];
		if ((*stage)->next < (*stage)->count)
			return &(*stage)->jobs[(*stage)->next++];
	}
	return NULL;
}

/* The lock is held, and let go while the tile is made. */
static void run_job(struct stager *s, struct stage *stage, const struct job *job,
		    struct repack_scratch *scratch)
{
	const bool skip = s->failed;
	struct repack_loss loss = { 0 };
	struct ingot_error err = { 0 };
	int ret = 0;

	pthread_mutex_unlock(&s->lock);
	if (!skip)
		ret = repack_tile(&job->m->part, job->m->format, s->p.gguf, job->tile, scratch,
				  job->to, &loss, &err);
	pthread_mutex_lock(&s->lock);
	repack_add_loss(&job->m->loss, &loss);
	if (ret && !s->failed) {
		s->failed = ret;
		s->error = err;
	}
	stage->done++;
	pthread_cond_signal(&s->over);
}

static void *help(void *priv)
{
	struct repack_scratch scratch = { 0 };
	struct stager *s = priv;
	struct stage *stage;

	pthread_mutex_lock(&s->lock);
	while (!s->quit) {
		const struct job *job = take_job(s, &stage);

		if (job)
			run_job(s, stage, job, &scratch);
		else
			pthread_cond_wait(&s->work, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	repack_scratch_free(&scratch);
	return NULL;
}

/* Makes tiles until those of @stage are made. */
static int finish_jobs(struct stager *s, const struct stage *stage, struct ingot_error *err)
{
	struct stage *from;
	int ret;

	pthread_mutex_lock(&s->lock);
	while (stage->done < stage->count) {
		const struct job *job = take_job(s, &from);

		if (job)
			run_job(s, from, job, &s->scratch);
		else
			pthread_cond_wait(&s->over, &s->lock);
	}
	ret = s->failed;
	pthread_mutex_unlock(&s->lock);
	if (ret && err)
		*err = s->error;
	return ret;
}

/* Copies a stage to the device; afterwards it is empty. */
static int flush(struct stager *s, struct stage *stage, struct ingot_error *err)
{
	int ret = finish_jobs(s, stage, err);
	uint64_t begin;

	if (!ret && stage->used) {
		begin = now_ns();
		ret = ingot_buffer_upload(s->p.buf, stage->first * ING_UNIT_BYTES, stage->bytes,
					  stage->used, err);
		s->result.copy_ns += now_ns() - begin;
		s->result.copied_bytes += stage->used;
	}
	if (!ret && s->p.progress && stage->used)
		s->p.progress(s->p.priv, stage->first + stage->used / ING_UNIT_BYTES, s->p.total);
	pthread_mutex_lock(&s->lock);
	stage->used = 0;
	stage->count = stage->next = stage->done = 0;
	pthread_mutex_unlock(&s->lock);
	return ret;
}

static int reserve(struct stager *s, struct stage *stage, size_t bytes, struct ingot_error *err)
{
	if (bytes <= stage->room)
		return 0;
	ingot_host_free(s->p.dev, stage->bytes);
	stage->room = 0;
	stage->bytes = ingot_host_alloc(s->p.dev, bytes, err);
	if (!stage->bytes)
		return -ENOMEM;
	stage->room = bytes;
	return 0;
}

void *stager_room(struct stager *s, uint64_t unit, size_t bytes, struct ingot_error *err)
{
	struct stage *stage = &s->stages[s->current];
	const size_t offset = (unit - stage->first) * ING_UNIT_BYTES;

	if (stage->used && stage->count < JOBS_MAX && offset + bytes <= stage->room) {
		memset(stage->bytes + stage->used, 0, offset - stage->used);
		stage->used = offset + bytes;
		return stage->bytes + offset;
	}
	if (stage->used) {
		s->current = (s->current + 1) % STAGES;
		stage = &s->stages[s->current];
		if (flush(s, stage, err))
			return NULL;
	}
	if (reserve(s, stage, bytes > STAGE_BYTES ? bytes : STAGE_BYTES, err))
		return NULL;
	stage->first = unit;
	stage->used = bytes;
	return stage->bytes;
}

int stager_matrix(struct stager *s, struct matrix *m, struct ingot_error *err)
{
	const uint32_t tiles = (m->rows + TILE_ROWS - 1) / TILE_ROWS;
	const uint64_t units = matrix_tile_units(m);

	for (uint32_t tile = 0; tile < tiles; tile++) {
		uint8_t *to = stager_room(s, m->offset + tile * units, units * ING_UNIT_BYTES, err);
		struct stage *stage = &s->stages[s->current];

		if (!to)
			return err ? err->code : -EIO;
		pthread_mutex_lock(&s->lock);
		stage->jobs[stage->count++] = (struct job){ m, tile, to };
		pthread_cond_signal(&s->work);
		pthread_mutex_unlock(&s->lock);
	}
	return 0;
}

static unsigned int processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) ? 1 : CPU_COUNT(&set);

	return n < THREADS_MAX ? n : THREADS_MAX;
}

static void start_threads(struct stager *s)
{
	const unsigned int wanted = processors() - 1;

	/* With fewer threads, even none, it takes longer and works as well. */
	while (s->n_threads < wanted && !ing_thread_create(&s->threads[s->n_threads], help, s))
		s->n_threads++;
}

struct stager *stager_create(const struct stager_params *params, struct ingot_error *err)
{
	struct stager *s = calloc(1, sizeof(*s));
	struct job *jobs = malloc(STAGES * JOBS_MAX * sizeof(*jobs));

	if (!s || !jobs) {
		free(s);
		free(jobs);
		ingot_error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	s->p = *params;
	for (unsigned int i = 0; i < STAGES; i++)
		s->stages[i].jobs = jobs + i * JOBS_MAX;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->work, NULL);
	pthread_cond_init(&s->over, NULL);
	start_threads(s);
	return s;
}

static void stop_threads(struct stager *s)
{
	pthread_mutex_lock(&s->lock);
	s->quit = true;
	pthread_cond_broadcast(&s->work);
	pthread_mutex_unlock(&s->lock);
	for (unsigned int i = 0; i < s->n_threads; i++)
		pthread_join(s->threads[i], NULL);
}

int stager_end(struct stager *s, struct stager_result *result, int ret, struct ingot_error *err)
{
	for (unsigned int i = 1; !ret && i <= STAGES; i++)
		ret = flush(s, &s->stages[(s->current + i) % STAGES], err);
	stop_threads(s);
	for (unsigned int i = 0; i < STAGES; i++)
		ingot_host_free(s->p.dev, s->stages[i].bytes);
	*result = s->result;
	repack_scratch_free(&s->scratch);
	pthread_mutex_destroy(&s->lock);
	pthread_cond_destroy(&s->work);
	pthread_cond_destroy(&s->over);
	free(s->stages[0].jobs);
	free(s);
	return ret;
}
