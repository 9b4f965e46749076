/* SPDX-License-Identifier: MIT */
/* Several clients, each a process of its own. */
#ifndef SURVIVE_CROWD_H
#define SURVIVE_CROWD_H

#include <sys/types.h>

#include "client.h"

#define CROWD_MAX 6

/**
 * struct crowd - clients and what they are told, in memory that all share
 * @orders: for all of them
 * @count: how many
 * @plans: what they are like; @states: how they do; @pids: their processes
 * @seen: rounds of each when crowd_mark() was called
 */
struct crowd {
	struct orders orders;
	unsigned int count;
	struct client_plan plans[CROWD_MAX];
	struct client_state states[CROWD_MAX];
	pid_t pids[CROWD_MAX];
	uint64_t seen[CROWD_MAX];
};

/**
 * crowd_begin() - start clients
 * @plans: what they are like, @count of them
 * @count: at most CROWD_MAX
 *
 * Return: the crowd, to be ended with crowd_end(); the campaign ends if there is no memory.
 */
struct crowd *crowd_begin(const struct client_plan *plans, unsigned int count);

/**
 * crowd_advance() - wait until every client that works has got a round further
 * @crowd: the crowd
 * @seconds: at most
 *
 * Return: whether they have; false too if one of them has found a defect.
 */
bool crowd_advance(struct crowd *crowd, unsigned int seconds);

/** crowd_rest() - have all clients finish what they do and rest. Return: whether they did, in @seconds. */
bool crowd_rest(struct crowd *crowd, unsigned int seconds);

/** crowd_go_on() - have them go on */
void crowd_go_on(struct crowd *crowd);

/** crowd_await_away() - wait until no client has the device open. Return: whether none has, in @seconds. */
bool crowd_await_away(struct crowd *crowd, unsigned int seconds);

/** crowd_problems() - defects found so far */
uint64_t crowd_problems(const struct crowd *crowd);

/**
 * crowd_end() - stop all clients, tell what they did, state that they found no defect
 * @crowd: not to be used any more
 *
 * Return: whether that is so.
 */
bool crowd_end(struct crowd *crowd);

#endif
