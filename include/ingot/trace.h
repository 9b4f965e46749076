/* SPDX-License-Identifier: MIT */
/*
 * Watching a device at work: when each command went through each unit, and what every cycle was
 * spent on. Only the Verilated RTL can be watched, and watching changes none of its cycles.
 */
#ifndef INGOT_TRACE_H
#define INGOT_TRACE_H

#include <stdint.h>

#include "ingot/isa.h"
#include "ingot/model.h"
#include "ingot/regs.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct ingot_trace_span - cycles that a command spent in a unit
 * @begin: first cycle
 * @end: one past the last cycle; 0: it never came there
 */
struct ingot_trace_span {
	uint64_t begin, end;
};

/**
 * struct ingot_trace_command - a command that was executed; times are cycles since the device began
 * @words: the command, patched
 * @pc: its place in the program, commands
 * @round: LOOP commands that the job executed before it: with decode, the number of its token
 * @order: commands that the job executed before it
 * @stream_before: of these, stream commands; a wait field of d waits for the d-th last of them
 * @vector_before: likewise vector commands
 * @front: in the front end: read, patched, judged, held up to its turn, and a control command executed
 * @fetch: stream commands: its requests are made
 * @run: stream commands: the engine takes its beats; vector commands: all of its execution
 * @done: the cycle in which all its effects are visible
 * @cause: cycles of @run by ING_CNT_STREAM .. ING_CNT_HOST; of stream commands only
 * @read_bytes: requested from device memory
 * @write: cycles between the first and the last beat that it wrote to device memory
 * @write_beats: these beats
 */
struct ingot_trace_command {
	uint32_t words[ING_CMD_BYTES / 4];
	uint32_t pc, round, order, stream_before, vector_before;
	struct ingot_trace_span front, fetch, run;
	uint64_t done;
	uint64_t cause[ING_CNT_HOST + 1];
	uint64_t read_bytes;
	struct ingot_trace_span write;
	uint64_t write_beats;
};

/**
 * struct ingot_trace_window - what the counters counted in a number of cycles
 * @cycles: which ones, all within a job
 * @counters: by ING_CNT_*
 */
struct ingot_trace_window {
	struct ingot_trace_span cycles;
	uint64_t counters[ING_COUNTERS];
};

/**
 * struct ingot_trace_event - a completion offered to the host
 * @cycles: until the host's ring took it
 * @done: the end of the job; else an EMIT
 * @value: R[ra] of the EMIT: with decode, the token
 */
struct ingot_trace_event {
	struct ingot_trace_span cycles;
	int done;
	uint32_t value;
};

/**
 * struct ingot_trace_job - a job from its first to its last cycle
 * @cycles: as many as the counter ING_CNT_CYCLES counted
 * @counters: by ING_CNT_*, the sums of its windows
 */
struct ingot_trace_job {
	struct ingot_trace_span cycles;
	uint64_t counters[ING_COUNTERS];
};

/**
 * struct ingot_trace_sink - who watches
 * @priv: handed to each callback
 * @window: cycles of a window, at least 1; the last one of a job may be shorter
 * @begin: a job begins at @cycle
 * @command: a command is over; each kind in the order of the program, the kinds as they end
 * @counted: a window is over
 * @event: a completion was taken
 * @end: the job is over, and all that belongs to it was told
 *
 * The callbacks come from within the functions that wait for the device; they must not call any of
 * its functions.
 */
struct ingot_trace_sink {
	void *priv;
	uint32_t window;
	void (*begin)(void *priv, uint64_t cycle);
	void (*command)(void *priv, const struct ingot_trace_command *command);
	void (*counted)(void *priv, const struct ingot_trace_window *window);
	void (*event)(void *priv, const struct ingot_trace_event *event);
	void (*end)(void *priv, const struct ingot_trace_job *job);
};

/**
 * ingot_device_watch() - watch the jobs of a device
 * @dev: the device, without a job under way
 * @sink: who is told (copied), or NULL to stop
 * @err: filled in on failure (-EOPNOTSUPP: this kind of device cannot be watched)
 *
 * Return: 0 or negative errno.
 */
int ingot_device_watch(struct ingot_device *dev, const struct ingot_trace_sink *sink,
		       struct ingot_error *err);

/**
 * struct ingot_command_note - what a command of a model's program is for
 * @part: of the computation, for example "softmax", or "" if it belongs to none
 * @tensor: that it reads, as the model's file names it, or ""
 * @layer: number, or -1 outside of the layers
 * @sequence: number of the sequence that it serves alone, of several that share a pass, or -1
 */
struct ingot_command_note {
	const char *part, *tensor;
	int32_t layer, sequence;
};

/**
 * ingot_model_note() - what a command of a model's program is for
 * @model: the model
 * @pc: place of the command in the program of the job that runs, or ran last
 * @note: filled in; valid until the next job
 *
 * Return: 0, or -ENOENT if there is no such command.
 */
int ingot_model_note(const struct ingot_model *model, uint32_t pc, struct ingot_command_note *note);

#ifdef __cplusplus
}
#endif
#endif
