/* SPDX-License-Identifier: MIT */
/* A functional core whose memory, interrupts, slots or commands are broken, as a test wants. */
#ifndef INGOT_TEST_FAULT_CORE_H
#define INGOT_TEST_FAULT_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "ingot/device.h"

/**
 * struct faults - what is broken; all zero: nothing
 * @address_low: address bits of device memory that are always 0
 * @address_high: address bits that are always 1
 * @data_low: bit n of word n / 64: data line n of the memory port is always 0
 * @data_high: the same: always 1
 * @cell: address of a byte of device memory whose bits @cell_bits always read 1
 * @cell_bits: see @cell; 0: no such byte
 * @lose_interrupts: lost, of those to come
 * @opcode: a command that does something else than it should; 0: none
 * @extra_units: every slot seems so much longer than it is
 * @extra_perm: permissions that every slot which has any has too
 * @spoil_host: copies to the host change the last byte of every page
 * @spoil_device: copies to the device change the byte that comes from there
 */
struct faults {
	uint64_t address_low, address_high;
	uint64_t data_low[8], data_high[8];
	uint64_t cell;
	uint8_t cell_bits;
	unsigned int lose_interrupts;
	unsigned int opcode;
	uint32_t extra_units, extra_perm;
	bool spoil_host, spoil_device;
};

/**
 * fault_core_open() - a device of configuration "tiny" around such a core
 * @faults: what is broken; looked at all the time, so it may change
 * @err: filled in on failure
 *
 * Return: the device, or NULL.
 */
struct ingot_device *fault_core_open(struct faults *faults, struct ingot_error *err);

#endif
