/* SPDX-License-Identifier: MIT */
/* What a generation's counters say: cycles per token, port utilisation, where the cycles went. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdio.h>

#include "engine.h"
#include "json.h"

/**
 * struct measure - facts about tokens that a device with a clock made
 * @tokens: how many
 * @bytes: that they had to read: weights at their size in the file, once for sequences that share a
 *	pass, and KV of the positions that each attends to, itself included
 * @port_bytes: bytes of one beat of the memory port
 * @cycles: from the first cycle of the first token to the end of the last
 * @port_cycles: of these, cycles in which the port could serve a beat
 * @khz: cycles simulated in a millisecond of wall time
 * @counters: of the job, by ING_CNT_*
 */
struct measure {
	uint64_t tokens, bytes, port_bytes, cycles;
	double port_cycles, khz;
	uint64_t counters[ING_COUNTERS];
};

/**
 * measure_generation() - take the facts from a finished generation
 * @e: the engine that ran it
 * @first: position of the first token fed
 * @result: what ingot_session_generate() told
 * @m: filled in
 */
void measure_generation(const struct engine *e, uint32_t first,
			const struct ingot_generate_result *result, struct measure *m);

/**
 * measure_sequences() - take the facts from sequences that generated together
 * @e: the engine that ran them
 * @sequences: as ingot_generate() left them
 * @count: how many
 * @result: what ingot_generate() told
 * @m: filled in
 */
void measure_sequences(const struct engine *e, const struct ingot_sequence *sequences, size_t count,
		       const struct ingot_generate_result *result, struct measure *m);

/**
 * measure_cycles_per_token() - cycles per token
 * @m: the facts
 *
 * Return: the mean.
 */
double measure_cycles_per_token(const struct measure *m);

/**
 * measure_roofline() - cycles per token of a port that is never idle
 * @m: the facts
 *
 * Return: the mean.
 */
double measure_roofline(const struct measure *m);

/**
 * measure_utilisation() - bytes that had to be read, of those that the port could have read
 * @m: the facts
 *
 * Return: 0 to 1.
 */
double measure_utilisation(const struct measure *m);

/**
 * measure_print() - two lines for people
 * @m: the facts
 * @out: where to
 */
void measure_print(const struct measure *m, FILE *out);

/**
 * measure_json_causes() - the cycles of the job by cause, which add up to their total
 * @counters: by ING_CNT_*
 * @j: document; a member "cycles" is added
 */
void measure_json_causes(const uint64_t counters[ING_COUNTERS], struct json *j);

#endif
