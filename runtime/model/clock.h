/* SPDX-License-Identifier: MIT */
/* Wall time. */
#ifndef INGOT_MODEL_CLOCK_H
#define INGOT_MODEL_CLOCK_H

#include <stdint.h>
#include <time.h>

/** now_ns() - nanoseconds of a clock that only goes forward */
static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

#endif
