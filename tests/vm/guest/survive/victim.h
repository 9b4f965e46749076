/* SPDX-License-Identifier: MIT */
/* Processes that do something with the device until they are killed. */
#ifndef SURVIVE_VICTIM_H
#define SURVIVE_VICTIM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

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

/** victim_share() - memory for the state of one victim after the other; never fails */
struct victim_state *victim_share(void);

/**
 * victim_start() - start a victim, in a process group of its own, and wait until it is busy
 * @number: which kind
 * @seed: of its random numbers
 * @state: of victim_share()
 *
 * Return: its process; if it did not get busy, that is told, and victim_kill() says so too.
 */
pid_t victim_start(unsigned int number, uint64_t seed, struct victim_state *state);

/** victim_kill() - kill a victim and all its children. Return: whether it was at work until then. */
bool victim_kill(pid_t victim, const struct victim_state *state);

#endif
