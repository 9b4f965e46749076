// SPDX-License-Identifier: MIT
#include "sequence.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/vm/guest/lib/random.h"
#include "tests/vm/guest/lib/report.h"

static struct random sequence;

void seed_random(int argc, char **argv)
{
	const char *seed = getenv("SEED");

	if (argc > 2 && !strcmp(argv[1], "--seed"))
		seed = argv[2];
	sequence.state = seed ? strtoull(seed, NULL, 0) : (uint64_t)time(NULL);
	note("seed %llu", (unsigned long long)sequence.state);
}

uint64_t random_below(uint64_t end)
{
	return random_below_of(&sequence, end);
}
