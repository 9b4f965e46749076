// SPDX-License-Identifier: MIT
/* A device with a model and a session in it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "conversions.h"
#include "empty_job.h"
#include "engine.h"
#include "interrupt.h"

/* Tokens at a time on func, which is fastest with many: progress is shown between. */
#define FEED_TOKENS 256

/* Opened as "func:", it is still worth knowing which one it is. */
static void name_device(struct engine *e)
{
	const char *uri = ingot_device_uri(e->dev);
	size_t len = strlen(uri);

	snprintf(e->name, sizeof(e->name), "%s%s", uri,
		 len && uri[len - 1] == ':' ? e->config->model : "");
}

int engine_open_device(struct engine *e, const struct engine_options *o)
{
	struct ingot_open_options options = {
		.threads = o->threads > 0 ? (unsigned int)o->threads : 0,
		.ideal_memory = o->ideal_memory,
		.isa = o->isa,
		.submit = o->submit,
	};
	struct ingot_error err = { 0 };

	*e = (struct engine){ 0 };
	e->dev = ingot_open(o->uri, &options, &err);
	if (!e->dev)
		return cli_fail(&err);
	e->config = ingot_device_config(e->dev);
	name_device(e);
	e->timed = !strncmp(e->name, "rtl:", 4);
	interrupt_device(e->dev);
	return 0;
}

static bool is_board(const struct engine *e)
{
	return !strncmp(e->name, "drm:", 4);
}

/* A board has a clock unless it is a simulated one that runs func: a job of one command shows. */
static int find_clock(struct engine *e, struct ingot_error *err)
{
	uint64_t counters[ING_COUNTERS] = { 0 };
	struct ingot_completion c = { 0 };
	int ret = empty_job_run(e->dev, &c, err);

	if (ret)
		return ret;
	ingot_device_counters(e->dev, counters);
	e->timed = c.cycles || counters[ING_CNT_CYCLES];
	return 0;
}

static void show_loading(void *priv, uint64_t done, uint64_t total)
{
	progress_update(priv, done, total);
}

static int load(struct engine *e, const struct engine_options *o, struct ingot_error *err)
{
	struct progress progress;
	struct ingot_model_params params = {
		.context = (uint32_t)o->context,
		.progress = show_loading,
		.progress_priv = &progress,
	};

	if (is_board(e) && find_clock(e, err))
		return -1;
	progress_begin(&progress, "loading the model", NULL);
	e->model = ingot_model_load(e->dev, o->model, &params, err);
	progress_clear();
	if (!e->model)
		return -1;
	e->info = ingot_model_info(e->model);
	conversions_print(e->model, o->verbose);
	e->session = ingot_session_create(e->model, err);
	return e->session ? 0 : -1;
}

int engine_open(struct engine *e, const struct engine_options *o)
{
	struct ingot_error err = { 0 };
	int status;

	*e = (struct engine){ 0 };
	if (!o->model)
		return cli_complain("no model given: use -m FILE");
	/* Before the device is made: this mistake is the commonest, and a device takes a moment. */
	if (access(o->model, R_OK))
		return cli_complain("%s: cannot read the model: %s", o->model, strerror(errno));
	status = engine_open_device(e, o);
	if (status)
		return status;
	return load(e, o, &err) ? cli_fail(&err) : 0;
}

void engine_close(struct engine *e)
{
	ingot_session_free(e->session);
	ingot_model_free(e->model);
	interrupt_device(NULL);
	ingot_close(e->dev);
	*e = (struct engine){ 0 };
}

unsigned int engine_threads(const struct engine_options *o)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	if (o->threads > 0)
		return (unsigned int)o->threads;
	return processors > 0 ? (unsigned int)processors : 1;
}

bool engine_is_timed(const struct engine *e)
{
	return e->timed;
}

const char *engine_backend(const struct engine *e)
{
	return is_board(e) ? "Ingot board" : e->timed ? "Ingot RTL" : "Ingot func";
}

static void add_counters(struct engine *e, uint64_t sum[ING_COUNTERS])
{
	uint64_t job[ING_COUNTERS];

	ingot_device_counters(e->dev, job);
	for (int i = 0; i < ING_COUNTERS; i++)
		sum[i] += job[i];
}

int engine_feed(struct engine *e, const int32_t *tokens, size_t count, const char *what,
		uint64_t counters[ING_COUNTERS], struct ingot_error *err)
{
	/* A pass of the simulated device takes seconds and is a job with counters of its own. */
	size_t most = engine_is_timed(e) ? e->config->tile_m : FEED_TOKENS;
	struct progress progress;
	int ret = 0;

	progress_begin(&progress, what, "tokens");
	for (size_t done = 0, n; done < count && !ret; done += n) {
		n = count - done < most ? count - done : most;
		if (interrupted())
			return ingot_error_set(err, -EINTR, "interrupted");
		progress_update(&progress, done, count);
		ret = ingot_session_feed(e->session, tokens + done, n, NULL, err);
		if (counters)
			add_counters(e, counters);
	}
	progress_clear();
	return ret;
}
