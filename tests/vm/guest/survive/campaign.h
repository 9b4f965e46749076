/* SPDX-License-Identifier: MIT */
/* What all campaigns begin and end with. */
#ifndef SURVIVE_CAMPAIGN_H
#define SURVIVE_CAMPAIGN_H

#include "client.h"
#include "crowd.h"
#include "leak.h"
#include "node.h"
#include "tests/vm/guest/lib/random.h"
#include "tests/vm/guest/lib/report.h"

/**
 * struct campaign - a campaign
 * @random: its random numbers
 * @seed: of them
 * @count: how often its event shall happen
 * @node: the device
 * @mark: how things stood before
 */
struct campaign {
	struct random random;
	uint64_t seed;
	unsigned int count;
	struct node node;
	struct leak_mark mark;
};

/**
 * campaign_begin() - read options, say the seed, find the device, remember how things stand
 * @campaign: filled in; without a device the process ends
 * @argc: of main()
 * @argv: --count N, --seed N; or COUNT and SEED in the environment
 * @count: default
 * @full: default with SURVIVE=full in the environment
 * @help: what it is about, one line
 */
void campaign_begin(struct campaign *campaign, int argc, char **argv, unsigned int count,
		    unsigned int full, const char *help);

/**
 * campaign_end() - check for leaks and complaints
 * @campaign: the campaign
 * @slab_kb: how much the kernel's memory may have grown
 *
 * Return: exit status of the program.
 */
int campaign_end(const struct campaign *campaign, long slab_kb);

/** campaign_progress() - say how far it is, now and then */
void campaign_progress(unsigned int done, unsigned int count, const char *what);

/**
 * campaign_innocents() - plans of clients that nothing may happen to: their jobs can be started again
 * @campaign: the campaign, whose seed they take
 * @plans: room for two: by ioctl and by io_uring
 *
 * Return: how many.
 */
unsigned int campaign_innocents(const struct campaign *campaign, struct client_plan *plans);

/** campaign_prove() - state that a client's jobs are right, with no other client there */
void campaign_prove(const struct campaign *campaign, const char *when);

#endif
