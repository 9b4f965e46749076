// SPDX-License-Identifier: MIT
/* A trace of a device's jobs: slices, counters, and what they are called. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "trace_file.h"
#include "trace_name.h"

/* Tracks, in the order in which they are shown. */
enum track { TOKENS = 1, LAYERS, FRONT, FETCH, STREAM, VECTOR, WRITES, HOST, TRACKS };

static const char *const track_names[TRACKS] = {
	[TOKENS] = "tokens",	    [LAYERS] = "layers",	  [FRONT] = "front end",
	[FETCH] = "fetch",	    [STREAM] = "stream engine",	  [VECTOR] = "vector engine",
	[WRITES] = "memory writes", [HOST] = "host",
};

static const char *const cause_names[] = {
	[ING_CNT_STREAM] = "stream",   [ING_CNT_HAZARD] = "hazard",   [ING_CNT_VECTOR] = "vector",
	[ING_CNT_KV] = "kv",	       [ING_CNT_REFILL] = "refill",   [ING_CNT_PROGRAM] = "program",
	[ING_CNT_HOST] = "host",
};

#define PID 1

static uint64_t nanoseconds(const struct trace_file *t, uint64_t cycle)
{
	const uint64_t clock = t->e->config->clock_hz;

	return (uint64_t)(((unsigned __int128)(cycle - t->t0) * 1000000000u + clock / 2) / clock);
}

/* In microseconds, as the format has it, and exact to the nanosecond. */
static void put_time(struct trace_file *t, const char *key, uint64_t ns)
{
	json_decimal(&t->j, key, ns, 3);
}

static void open_event(struct trace_file *t, const char *phase, const char *name, int tid)
{
	json_open(&t->j, NULL, '{');
	json_string(&t->j, "ph", phase);
	json_string(&t->j, "name", name);
	json_uint(&t->j, "pid", PID);
	if (tid)
		json_uint(&t->j, "tid", tid);
}

/* A slice up to its arguments, of which the exact cycles are the first. */
static void open_slice(struct trace_file *t, enum track track, const char *name,
		       struct ingot_trace_span span)
{
	const uint64_t begin = nanoseconds(t, span.begin);

	open_event(t, "X", name, track);
	put_time(t, "ts", begin);
	put_time(t, "dur", nanoseconds(t, span.end) - begin);
	json_open(&t->j, "args", '{');
	json_uint(&t->j, "cycle", span.begin - t->t0);
	json_uint(&t->j, "cycles", span.end - span.begin);
}

static void close_slice(struct trace_file *t)
{
	json_close(&t->j, '}');
	json_close(&t->j, '}');
}

static void describe(const struct trace_file *t, uint32_t pc, struct ingot_command_note *note,
		     char *place, size_t size)
{
	if (ingot_model_note(t->e->model, pc, note))
		*note = (struct ingot_command_note){ "", "", -1, -1 };
	trace_place_name(note, place, size);
}

static uint32_t wait_field(const struct ingot_trace_command *c, unsigned int low)
{
	return c->words[0] >> low & 15;
}

/* The command that a wait field names: the d-th last of its kind. */
static void put_wait(struct trace_file *t, const char *key, const struct trace_kind *kind,
		     uint32_t before, uint32_t d)
{
	if (d && d <= before && before - d < kind->count)
		json_string(&t->j, key, kind->names[(before - d) % TRACE_KEPT]);
}

static void keep_name(struct trace_kind *kind, const struct ingot_trace_command *c, const char *name)
{
	snprintf(kind->names[kind->count++ % TRACE_KEPT], TRACE_NAME_MAX, "%s (pc %u)", name, c->pc);
}

static void put_command(struct trace_file *t, const struct ingot_trace_command *c,
			const struct ingot_command_note *note)
{
	json_uint(&t->j, "pc", c->pc);
	json_uint(&t->j, "token", c->round);
	if (note->layer >= 0)
		json_uint(&t->j, "layer", (uint64_t)note->layer);
	if (note->sequence >= 0)
		json_uint(&t->j, "sequence", (uint64_t)note->sequence);
	if (*note->tensor)
		json_string(&t->j, "tensor", note->tensor);
	else
		json_string(&t->j, "part", note->part);
}

static void put_causes(struct trace_file *t, const uint64_t *counters)
{
	for (int i = ING_CNT_STREAM; i <= ING_CNT_HOST; i++)
		if (counters[i])
			json_uint(&t->j, cause_names[i], counters[i]);
}

static void end_layer(struct trace_file *t, uint64_t end)
{
	char name[32];

	if (!t->at.begin)
		return;
	if (t->at.layer >= 0)
		snprintf(name, sizeof(name), "layer %d", t->at.layer);
	else
		snprintf(name, sizeof(name), "outside of the layers");
	open_slice(t, LAYERS, name, (struct ingot_trace_span){ t->at.begin, end });
	close_slice(t);
	t->at.begin = 0;
}

static void end_token(struct trace_file *t, uint64_t end, const char *name)
{
	open_slice(t, TOKENS, name, (struct ingot_trace_span){ t->token_begin, end });
	close_slice(t);
	t->token_begin = end;
}

static void stream_slices(struct trace_file *t, const struct ingot_trace_command *c,
			  const struct ingot_command_note *note, const char *name)
{
	if (c->fetch.end) {
		open_slice(t, FETCH, name, c->fetch);
		put_command(t, c, note);
		json_uint(&t->j, "bytes", c->read_bytes);
		put_wait(t, "waits for", &t->vector, c->vector_before,
			 wait_field(c, ING_F_FETCH_WAIT_L));
		close_slice(t);
	}
	if (c->run.end) {
		if (!t->at.begin || note->layer != t->at.layer) {
			end_layer(t, c->run.begin);
			t->at = (struct trace_layer){ note->layer, c->run.begin };
		}
		open_slice(t, STREAM, name, c->run);
		put_command(t, c, note);
		json_uint(&t->j, "bytes", c->read_bytes);
		json_uint(&t->j, "done", c->done ? c->done - t->t0 : 0);
		put_causes(t, c->cause);
		put_wait(t, "waits for", &t->vector, c->vector_before,
			 wait_field(c, ING_F_WAIT_VEC_L));
		close_slice(t);
	}
	keep_name(&t->stream, c, name);
}

static void vector_slices(struct trace_file *t, const struct ingot_trace_command *c,
			  const struct ingot_command_note *note, const char *name)
{
	if (c->run.end) {
		open_slice(t, VECTOR, name, c->run);
		put_command(t, c, note);
		put_wait(t, "waits for", &t->stream, c->stream_before,
			 wait_field(c, ING_F_WAIT_STR_L));
		close_slice(t);
	}
	if (c->write_beats) {
		open_slice(t, WRITES, name, c->write);
		put_command(t, c, note);
		json_uint(&t->j, "beats", c->write_beats);
		close_slice(t);
	}
	keep_name(&t->vector, c, name);
}

static void on_command(void *priv, const struct ingot_trace_command *c)
{
	struct trace_file *t = priv;
	const uint32_t op = c->words[0] & 0xff;
	struct ingot_command_note note;
	char place[128], what[64], name[200];

	describe(t, c->pc, &note, place, sizeof(place));
	trace_op_name(c->words, what, sizeof(what));
	snprintf(name, sizeof(name), "%s %s", what, place);
	open_slice(t, FRONT, name, c->front);
	put_command(t, c, &note);
	if (op < ING_OP_MATMUL) {
		put_wait(t, "waits for", &t->vector, c->vector_before,
			 wait_field(c, ING_F_WAIT_VEC_L));
		put_wait(t, "waits for stream", &t->stream, c->stream_before,
			 wait_field(c, ING_F_WAIT_STR_L));
	}
	close_slice(t);
	if (op >= ING_OP_VEC)
		vector_slices(t, c, &note, name);
	else if (op >= ING_OP_MATMUL)
		stream_slices(t, c, &note, name);
	t->commands++;
	if (op != ING_OP_LOOP)
		return;
	end_layer(t, c->done);
	snprintf(name, sizeof(name), "token %u", t->round++);
	end_token(t, c->done, name);
}

static void on_begin(void *priv, uint64_t cycle)
{
	struct trace_file *t = priv;

	if (!t->started)
		t->t0 = cycle;
	t->started = true;
	t->token_begin = cycle;
	t->round = 0;
	t->stream.count = t->vector.count = 0;
	memset(t->sum, 0, sizeof(t->sum));
	memset(t->shown, 0xff, sizeof(t->shown));
}

static void open_counter(struct trace_file *t, const char *name, uint64_t cycle)
{
	open_event(t, "C", name, 0);
	put_time(t, "ts", nanoseconds(t, cycle));
	json_open(&t->j, "args", '{');
}

static uint64_t beats(const uint64_t *counters)
{
	return counters[ING_CNT_READ_BEATS] + counters[ING_CNT_WRITE_BEATS];
}

/* Percent of the cycles, in hundredths: a decimal is written exactly. */
static uint64_t share(uint64_t count, const uint64_t *counters)
{
	return counters[ING_CNT_CYCLES] ? count * 10000 / counters[ING_CNT_CYCLES] : 0;
}

/* A track that does not change is not written again. */
static void on_counted(void *priv, const struct ingot_trace_window *w)
{
	struct trace_file *t = priv;
	const uint64_t *now = w->counters;

	for (int i = 0; i < ING_COUNTERS; i++)
		t->sum[i] += now[i];
	open_counter(t, "port use %", w->cycles.begin);
	json_decimal(&t->j, "window", share(beats(now), now), 2);
	json_decimal(&t->j, "cumulated", share(beats(t->sum), t->sum), 2);
	close_slice(t);
	if (memcmp(t->shown, now, sizeof(t->shown))) {
		open_counter(t, "cycles %", w->cycles.begin);
		for (int i = ING_CNT_STREAM; i <= ING_CNT_HOST; i++)
			if (now[i] != t->shown[i])
				json_decimal(&t->j, cause_names[i], share(now[i], now), 2);
		close_slice(t);
	}
	memcpy(t->shown, now, sizeof(t->shown));
}

static void on_event(void *priv, const struct ingot_trace_event *event)
{
	struct trace_file *t = priv;

	open_slice(t, HOST, event->done ? "job done" : "token event", event->cycles);
	json_uint(&t->j, "value", event->value);
	close_slice(t);
}

static void put_job(struct trace_file *t, const struct ingot_trace_job *job)
{
	char name[32];

	snprintf(name, sizeof(name), "job %" PRIu64, t->jobs);
	open_slice(t, HOST, name, job->cycles);
	put_causes(t, job->counters);
	json_uint(&t->j, "read_beats", job->counters[ING_CNT_READ_BEATS]);
	json_uint(&t->j, "write_beats", job->counters[ING_CNT_WRITE_BEATS]);
	json_uint(&t->j, "commands", job->counters[ING_CNT_COMMANDS]);
	close_slice(t);
}

static void on_end(void *priv, const struct ingot_trace_job *job)
{
	struct trace_file *t = priv;

	end_layer(t, job->cycles.end);
	if (t->token_begin != job->cycles.end)
		end_token(t, job->cycles.end, t->round ? "end" : "pass");
	open_counter(t, "port use %", job->cycles.end);
	json_uint(&t->j, "window", 0);
	close_slice(t);
	put_job(t, job);
	t->jobs++;
	t->cycles += job->cycles.end - job->cycles.begin;
}

static void name_tracks(struct trace_file *t)
{
	const char *file = strrchr(t->e->info->path, '/');
	char text[512];

	snprintf(text, sizeof(text), "%s, %s", t->e->name, file ? file + 1 : t->e->info->path);
	open_event(t, "M", "process_name", 0);
	json_open(&t->j, "args", '{');
	json_string(&t->j, "name", text);
	close_slice(t);
	for (int i = TOKENS; i < TRACKS; i++) {
		open_event(t, "M", "thread_name", i);
		json_open(&t->j, "args", '{');
		json_string(&t->j, "name", track_names[i]);
		close_slice(t);
		open_event(t, "M", "thread_sort_index", i);
		json_open(&t->j, "args", '{');
		json_uint(&t->j, "sort_index", (uint64_t)i);
		close_slice(t);
	}
}

static void put_metadata(struct trace_file *t, const uint64_t counters[ING_COUNTERS])
{
	const struct ingot_config *c = t->e->config;
	const struct trace_labels *labels = t->labels;

	json_open(&t->j, "otherData", '{');
	json_string(&t->j, "ingot", INGOT_VERSION);
	json_string(&t->j, "device", t->e->name);
	json_string(&t->j, "config", c->model);
	json_uint(&t->j, "clock_hz", c->clock_hz);
	json_real(&t->j, "cycle_ns", 1e9 / (double)c->clock_hz);
	json_uint(&t->j, "port_bytes", c->port_bits / 8);
	json_uint(&t->j, "window_cycles", labels->window);
	json_string(&t->j, "model", t->e->info->path);
	json_string(&t->j, "model_type", t->e->info->type);
	json_string(&t->j, "prompt", labels->prompt);
	json_uint(&t->j, "tokens", labels->tokens);
	json_uint(&t->j, "seed", labels->seed);
	json_open(&t->j, "counters", '{');
	json_uint(&t->j, "cycles", counters[ING_CNT_CYCLES]);
	for (int i = ING_CNT_STREAM; i <= ING_CNT_HOST; i++)
		json_uint(&t->j, cause_names[i], counters[i]);
	json_uint(&t->j, "read_beats", counters[ING_CNT_READ_BEATS]);
	json_uint(&t->j, "write_beats", counters[ING_CNT_WRITE_BEATS]);
	json_uint(&t->j, "commands", counters[ING_CNT_COMMANDS]);
	json_close(&t->j, '}');
	json_close(&t->j, '}');
}

int trace_file_begin(struct trace_file *t, struct engine *e, FILE *out,
		     const struct trace_labels *labels, struct ingot_error *err)
{
	const struct ingot_trace_sink sink = {
		.priv = t, .window = labels->window, .begin = on_begin, .command = on_command,
		.counted = on_counted, .event = on_event, .end = on_end,
	};
	int ret = ingot_device_watch(e->dev, &sink, err);

	if (ret)
		return ret;
	*t = (struct trace_file){ .e = e, .labels = labels, .j = { .out = out, .lines = 2 } };
	json_open(&t->j, NULL, '{');
	json_string(&t->j, "displayTimeUnit", "ns");
	json_open(&t->j, "traceEvents", '[');
	name_tracks(t);
	return 0;
}

void trace_file_end(struct trace_file *t, const uint64_t counters[ING_COUNTERS])
{
	ingot_device_watch(t->e->dev, NULL, NULL);
	json_close(&t->j, ']');
	put_metadata(t, counters);
	json_close(&t->j, '}');
}
