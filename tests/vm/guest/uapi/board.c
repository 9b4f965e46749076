// SPDX-License-Identifier: MIT
#include "board.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "raw.h"
#include "tap.h"
#include "tests/vm/guest/lib/host.h"

/* The number behind the first @key of a text, 0 if there is none */
static uint64_t number_behind(FILE *f, const char *key)
{
	char line[4096], *at;
	uint64_t value = 0;

	while (!value && fgets(line, sizeof(line), f)) {
		at = strstr(line, key);
		if (at)
			value = strtoull(at + strcspn(at, "0123456789"), NULL, 10);
	}
	return value;
}

static uint64_t number_of_driver(const char *key)
{
	int fd = raw_debugfs("state", O_RDONLY);
	uint64_t value;
	FILE *f;

	if (fd < 0)
		SKIP("cannot read the driver's state: mount debugfs, as root");
	f = fdopen(fd, "r");
	CHECK(f);
	value = number_behind(f, key);
	fclose(f);
	return value;
}

struct doorbells doorbells_read(void)
{
	return (struct doorbells){
		.driver = number_of_driver("doorbells "),
		.board = host_is_there() ? host_counter("doorbells", 0) : 0,
		.window = number_of_driver("of at most "),
	};
}
