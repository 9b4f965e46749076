// SPDX-License-Identifier: MIT
/* Waveforms of the Verilated RTL. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/device/core_load.h"
#include "waves.h"

#define SUFFIX "-check"

int waves_device(const char *uri, char *buf, size_t size, struct ingot_error *err)
{
	const char *name = strchr(uri, ':') + 1;
	const size_t len = strlen(name), suffix = strlen(SUFFIX);
	bool can = len >= suffix && !strcmp(name + len - suffix, SUFFIX);
	char path[PATH_MAX];

	snprintf(buf, size, "%s%s", uri, can ? "" : SUFFIX);
	name = strchr(buf, ':') + 1;
	ingot_core_path(path, sizeof(path), "rtl", name, ".so");
	if (!access(path, R_OK))
		return 0;
	return ingot_error_set(err, -ENOENT,
			       "--waves: %s: there is no build with waveforms: make waves CONFIG=%.*s", buf,
			       (int)(strlen(name) - suffix), name);
}

/* Blocks: a byte of type, then the length of the rest, which counts itself; the first is the header. */
static bool is_whole(FILE *f)
{
	uint8_t head[9];
	uint64_t len;
	bool first = true;

	while (fread(head, 1, sizeof(head), f) == sizeof(head)) {
		len = 0;
		for (int i = 1; i < 9; i++)
			len = len << 8 | head[i];
		if ((first && head[0] != 0) || head[0] == 0xff || len < 8 || len > LONG_MAX)
			return false;
		/* all of the block is there: its last byte is */
		if (fseek(f, (long)len - 8 - 1, SEEK_CUR) || fgetc(f) == EOF)
			return false;
		first = false;
	}
	return !first && feof(f);
}

int waves_check(const char *path, const char *name, struct ingot_error *err)
{
	FILE *f = fopen(path, "rb");
	bool whole = f && is_whole(f);

	if (f)
		fclose(f);
	if (whole)
		return 0;
	return ingot_error_set(err, -ENOSPC,
			       "%s: the waveform is not whole: is the disk full?", name);
}
