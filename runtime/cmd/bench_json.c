// SPDX-License-Identifier: MIT
/* ingot bench: JSON with llama-bench's field names, and Ingot's own after them. */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "cli.h"

static struct json document;

static void begin(const struct engine *e, const struct engine_options *o, bool batched)
{
	(void)e;
	(void)o;
	(void)batched;
	document = (struct json){ .out = stdout };
	json_open(&document, NULL, '[');
}

/* The processor's name, which func's rates depend on. */
static void put_cpu(struct json *j)
{
	char line[256], name[256] = "";
	int len;
	FILE *f = fopen("/proc/cpuinfo", "r");

	while (f && !*name && fgets(line, sizeof(line), f)) {
		const char *value = strstr(line, ": ");

		if (!value || strncmp(line, "model name", 10))
			continue;
		value += 2;
		len = (int)strcspn(value, "\n");
		snprintf(name, sizeof(name), "%.*s", len, value);
	}
	if (f)
		fclose(f);
	json_string(j, "cpu_info", name);
}

static void put_model(struct json *j, const struct engine *e, const struct engine_options *o)
{
	json_string(j, "build_commit", INGOT_VERSION);
	json_uint(j, "build_number", 0);
	put_cpu(j);
	json_string(j, "gpu_info", "");
	json_string(j, "backends", engine_backend(e));
	json_string(j, "model_filename", e->info->path);
	json_string(j, "model_type", e->info->type);
	json_uint(j, "model_size", e->info->size_bytes);
	json_uint(j, "model_n_params", e->info->n_params);
	json_uint(j, "load_ns", e->info->load_ns);
	json_uint(j, "check_ns", e->info->check_ns);
	json_uint(j, "copied_bytes", e->info->copied_bytes);
	json_uint(j, "copy_ns", e->info->copy_ns);
	json_uint(j, "n_threads", engine_is_timed(e) ? 1 : engine_threads(o));
}

static void put_samples(struct json *j, const struct bench_test *t)
{
	json_open(j, "samples_ns", '[');
	for (int i = 0; i < t->repeats; i++)
		json_uint(j, NULL, t->ns[i]);
	json_close(j, ']');
	json_open(j, "samples_ts", '[');
	for (int i = 0; i < t->repeats; i++)
		json_real(j, NULL, bench_tokens(t) * 1e9 / (double)t->ns[i]);
	json_close(j, ']');
}

static void put_test(struct json *j, const struct bench_test *t)
{
	const struct bench_rates rates = bench_rates(t);
	char start[32];
	struct tm utc;

	strftime(start, sizeof(start), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t->start, &utc));
	json_uint(j, "n_prompt", t->prompt);
	json_uint(j, "n_gen", t->gen);
	json_uint(j, "n_depth", t->depth);
	json_uint(j, "n_sequences", t->batch);
	json_string(j, "test_time", start);
	json_uint(j, "avg_ns", (uint64_t)rates.ns);
	json_uint(j, "stddev_ns", (uint64_t)rates.ns_deviation);
	json_real(j, "avg_ts", rates.ts);
	json_real(j, "stddev_ts", rates.ts_deviation);
	json_real(j, "avg_ts_sequence", rates.ts / t->batch);
	put_samples(j, t);
}

/* A prompt shares passes between tokens, so there is no least number of bytes for one of them. */
static void put_port(struct json *j, const struct bench_test *t)
{
	if (t->gen) {
		json_real(j, "roofline_cycles", measure_roofline(&t->measure));
		json_real(j, "port_utilisation", measure_utilisation(&t->measure));
	} else {
		json_null(j, "roofline_cycles");
		json_null(j, "port_utilisation");
	}
}

static void put_device(struct json *j, const struct engine *e, const struct bench_test *t)
{
	json_string(j, "device", e->name);
	json_string(j, "config", e->config->model);
	if (t->timed) {
		json_real(j, "cycles_per_token", measure_cycles_per_token(&t->measure));
		put_port(j, t);
		measure_json_causes(t->measure.counters, j);
		json_real(j, "sim_khz", t->measure.khz);
		return;
	}
	json_null(j, "cycles_per_token");
	json_null(j, "roofline_cycles");
	json_null(j, "port_utilisation");
	json_null(j, "cycles");
	json_null(j, "sim_khz");
}

static void print_test(const struct engine *e, const struct engine_options *o,
		       const struct bench_test *t)
{
	json_open(&document, NULL, '{');
	put_model(&document, e, o);
	put_test(&document, t);
	put_device(&document, e, t);
	json_close(&document, '}');
	fflush(stdout);
}

static void end(void)
{
	json_close(&document, ']');
}

const struct bench_printer bench_json = { begin, print_test, end };
