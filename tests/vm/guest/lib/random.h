/* SPDX-License-Identifier: MIT */
/* Sequences of random numbers, one for each process that wants some. */
#ifndef GUEST_RANDOM_H
#define GUEST_RANDOM_H

#include <stdint.h>

/** struct random - a sequence; @state: its seed, or how far it is */
struct random {
	uint64_t state;
};

/** random_below_of() - a number from 0 to @end - 1 */
static inline uint64_t random_below_of(struct random *r, uint64_t end)
{
	uint64_t z = r->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return (z ^ z >> 31) % end;
}

#endif
