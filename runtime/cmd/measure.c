// SPDX-License-Identifier: MIT
/* What a generation's counters say. */
#include <inttypes.h>
#include <string.h>

#include "measure.h"

static const struct cause {
	const char *name;
	int counter;
} causes[] = {
	{ "stream", ING_CNT_STREAM },
	{ "hazard", ING_CNT_HAZARD },
	{ "vector", ING_CNT_VECTOR },
	{ "kv", ING_CNT_KV },
	{ "refill", ING_CNT_REFILL },
	{ "program", ING_CNT_PROGRAM },
	{ "host", ING_CNT_HOST },
};

#define CAUSES (sizeof(causes) / sizeof(causes[0]))

/* The token at position p attends to p + 1 positions, in layers with a window to fewer. */
static uint64_t kv_to_read(const struct ingot_model_info *info, uint64_t first, uint64_t count)
{
	uint64_t bytes = 0;

	for (uint64_t seen = first + 1; seen <= first + count; seen++)
		bytes += seen * info->kv_position_bytes +
			 (seen < info->window ? seen : info->window) * info->kv_window_bytes;
	return bytes;
}

/* What must cross the port: neither what a file holds too much, nor what the device's form adds to it. */
static uint64_t weights_to_read(const struct ingot_model_info *info)
{
	return info->tile_bytes < info->token_bytes ? info->tile_bytes : info->token_bytes;
}

static void take_facts(const struct engine *e, const struct ingot_generate_result *result,
		       uint64_t kv_bytes, struct measure *m)
{
	const struct ingot_device_stats *stats = &result->stats;

	*m = (struct measure){
		.tokens = result->count,
		.bytes = result->passes * weights_to_read(e->info) + kv_bytes,
		.port_bytes = e->config->port_bits / 8,
		.cycles = result->cycles,
		.port_cycles = (double)result->cycles,
	};
	memcpy(m->counters, result->counters, sizeof(m->counters));
	/* Refresh is periodic, so it takes the same share of any span of the job. */
	if (stats->cycles)
		m->port_cycles *= (double)stats->port_cycles / (double)stats->cycles;
	if (stats->sim_ns)
		m->khz = (double)stats->cycles * 1e6 / (double)stats->sim_ns;
}

void measure_generation(const struct engine *e, uint32_t first,
			const struct ingot_generate_result *result, struct measure *m)
{
	take_facts(e, result, kv_to_read(e->info, first, result->count), m);
}

void measure_sequences(const struct engine *e, const struct ingot_sequence *sequences, size_t count,
		       const struct ingot_generate_result *result, struct measure *m)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		const struct ingot_sequence *q = &sequences[i];

		bytes += kv_to_read(e->info, ingot_session_position(q->session) - q->made, q->made);
	}
	take_facts(e, result, bytes, m);
}

static double per_token(const struct measure *m, double value)
{
	return m->tokens ? value / (double)m->tokens : 0;
}

double measure_cycles_per_token(const struct measure *m)
{
	return per_token(m, (double)m->cycles);
}

double measure_roofline(const struct measure *m)
{
	return per_token(m, (double)m->bytes / (double)m->port_bytes);
}

double measure_utilisation(const struct measure *m)
{
	return m->port_cycles > 0 ? (double)m->bytes / ((double)m->port_bytes * m->port_cycles) : 0;
}

void measure_print(const struct measure *m, FILE *out)
{
	const double total = (double)m->counters[ING_CNT_CYCLES];
	const char *separator = "";

	fprintf(out, "%.0f cycles a token, %.2f %% of the port used", measure_cycles_per_token(m),
		100 * measure_utilisation(m));
	/* a board's clock is its own affair */
	if (m->khz > 0)
		fprintf(out, ", simulated at %.0f kHz", m->khz);
	fputs("\n", out);
	fputs("where the cycles went: ", out);
	for (size_t i = 0; i < CAUSES; i++) {
		double cycles = (double)m->counters[causes[i].counter];

		fprintf(out, "%s%s %.2f %%", separator, causes[i].name,
			total > 0 ? 100 * cycles / total : 0);
		separator = ", ";
	}
	fputc('\n', out);
}

void measure_json_causes(const uint64_t counters[ING_COUNTERS], struct json *j)
{
	json_open(j, "cycles", '{');
	json_uint(j, "total", counters[ING_CNT_CYCLES]);
	for (size_t i = 0; i < CAUSES; i++)
		json_uint(j, causes[i].name, counters[causes[i].counter]);
	json_close(j, '}');
}
