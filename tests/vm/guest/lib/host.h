/* SPDX-License-Identifier: MIT */
/* What the guest may ask of the world outside: faults and counters of the simulated board. */
#ifndef GUEST_HOST_H
#define GUEST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * host_ask() - send a line to the host, see lib.sh
 * @line: a line of a fault script, or one that begins with "vm"
 * @answer: what it answers before its "ok"; NULL: of no interest
 * @size: of @answer
 *
 * Return: 0; -EINVAL: it answers with an error, which is told; or another negative errno: nobody is there.
 */
int host_ask(const char *line, char *answer, size_t size);

/** host_is_there() - whether anybody answers */
bool host_is_there(void);

/** host_tell() - send a line that must succeed; the campaign ends if it does not */
void host_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** host_counter() - a counter of the board, by its name; @index within those that are arrays */
uint64_t host_counter(const char *name, unsigned int index);

#endif
