/* SPDX-License-Identifier: MIT */
/*
 * The configuration of a device: what its device tree says about it.
 *
 * The device tree is the single description of a configuration (hw/configs/NAME.dts): the RTL's
 * parameters, the configuration ROM, the driver and the runtime all follow it.
 */
#ifndef INGOT_CONFIG_H
#define INGOT_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ingot_error;

/* Bits of ingot_config.formats, by the names that the device tree uses. */
#define INGOT_FORMAT_Q4 0x01	/* 4 bits, scale */
#define INGOT_FORMAT_Q4M 0x02	/* 4 bits, scale and minimum */
#define INGOT_FORMAT_Q8 0x04	/* 8 bits, scale */
#define INGOT_FORMAT_Q8M 0x08	/* 8 bits, scale and minimum */
#define INGOT_FORMAT_Q16 0x10	/* 16 bits, power-of-two scale */

/**
 * struct ingot_config - a device's configuration
 * @model: name of the configuration
 * @port_bits: width of the memory port, bits
 * @tile_m: activation columns, so most columns of a MATMUL
 * @scratch_lines: lines of 16 floats of the scratchpad
 * @act_blocks: activation blocks of 32 elements in each column
 * @fifo_beats: beats of the memory port fetched ahead of execution; 0: commands do not overlap
 * @scalars: entries of the scalar file
 * @topk: places of the list of largest values
 * @formats: INGOT_FORMAT_* that the engine computes with
 * @clock_hz: clock that the configuration is meant for
 * @memory_bytes: size of device memory
 */
struct ingot_config {
	char model[64];
	uint32_t port_bits, tile_m, scratch_lines, act_blocks, fifo_beats, scalars, topk;
	uint32_t formats;
	uint64_t clock_hz, memory_bytes;
};

/**
 * ingot_config_read() - read a configuration from a flattened device tree
 * @dtb: the blob; it may come from a stranger
 * @dtb_bytes: bytes that may be read at @dtb; the tree may be shorter
 * @config: filled in
 * @err: names the node, the property and its value on failure
 *
 * Return: 0; -EINVAL if the blob is no device tree or a property is missing or out of its range.
 */
int ingot_config_read(const void *dtb, size_t dtb_bytes, struct ingot_config *config,
		      struct ingot_error *err);

/**
 * ingot_format_name() - the name of a format in device trees
 * @bit: one of INGOT_FORMAT_*
 *
 * Return: a constant string, "?" for anything else.
 */
const char *ingot_format_name(uint32_t bit);

#ifdef __cplusplus
}
#endif

#endif
