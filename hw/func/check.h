/* SPDX-License-Identifier: MIT */
/*
 * What makes a command fault, as pure functions: the device, the runtime's assembler and fuzzers
 * share them.
 *
 * A command is judged after its patches, in this order, and the first finding is its fault:
 *   1. unknown opcode                                                     OPCODE
 *   2. bits that no field of the opcode's class covers                    FIELD
 *   3. unknown function, element type, sink, reduction, sub-operation     OPCODE
 *   4. a field with a value that its description forbids                  FIELD
 *   5. scratchpad lines, activation blocks and columns, scalars, places   RANGE
 *   6. device memory: permission                                          PERM
 *   7. device memory: extent                                              SLOT
 * Everything is judged before anything is executed. Fields that a command has no use for are not
 * looked at: b of a function without b, the format of a LOAD, strides of a single row included only
 * as far as they count (times zero).
 */
#ifndef INGOT_FUNC_CHECK_H
#define INGOT_FUNC_CHECK_H

#include <stdint.h>

#include "ingot/config.h"
#include "ingot/isa.h"
#include "ingot/regs.h"

/**
 * struct ing_slot - an entry of a slot table
 * @base: first unit in device memory
 * @len: units
 * @perm: ING_PERM_*
 */
struct ing_slot {
	uint32_t base, len, perm;
};

/**
 * struct ing_fault - where a job went wrong
 * @code: ING_FAULT_*
 * @pc: command index
 * @slot: slot accessed (SLOT, PERM, BUS), else 0
 * @offset: first unit refused, in units from the start of the slot, modulo 2^32; else 0
 */
struct ing_fault {
	uint32_t code, pc, slot, offset;
};

/**
 * ing_check_command() - steps 1 to 5: everything that needs no slot table
 * @w: the command after its patches
 * @config: the device
 *
 * Return: ING_FAULT_NONE or the code.
 */
uint32_t ing_check_command(const uint32_t w[16], const struct ingot_config *config);

/**
 * ing_check_memory() - steps 6 and 7: the device memory that a command accesses
 * @w: the command, which ing_check_command() found good
 * @slots: ING_SLOTS entries of the job's context
 * @fault: code, slot and offset are set if there is one, else it is left alone
 *
 * Data slots must permit the access and must not permit execution: else PERM at the first unit
 * accessed. Past the end: SLOT at the first unit outside, in the order in which units are accessed.
 *
 * Return: ING_FAULT_NONE or the code.
 */
uint32_t ing_check_memory(const uint32_t w[16], const struct ing_slot *slots,
			  struct ing_fault *fault);

/**
 * ing_check_fetch() - whether a job may fetch one command
 * @slots: ING_SLOTS entries of the job's context
 * @slot: slot of the program
 * @unit: unit in the slot; beyond 2^32 there is nothing
 * @fault: as for ing_check_memory()
 *
 * Return: ING_FAULT_NONE or the code.
 */
uint32_t ing_check_fetch(const struct ing_slot *slots, uint32_t slot, uint64_t unit,
			 struct ing_fault *fault);

#endif
