/* SPDX-License-Identifier: MIT */
/* Processes that do something with the device until they are killed. */
#ifndef SURVIVE_VICTIM_H
#define SURVIVE_VICTIM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/**
 * struct victim_state - in memory shared with its killer
 * @busy: it has something under way with the device, and will until it dies
 * @failed: it could not get there
 */
struct victim_state {
	_Atomic bool busy, failed;
};

/** victim_count() - how many kinds of victims there are */
unsigned int victim_count(void);

/** victim_name() - what kind @number does */
const char *victim_name(unsigned int number);

/** victim_live() - do it; never returns */
void victim_live(unsigned int number, uint64_t seed, struct victim_state *state)
	__attribute__((noreturn));

#endif
