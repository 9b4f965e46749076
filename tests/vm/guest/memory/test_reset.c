// SPDX-License-Identifier: MIT
/* Function resets through sysfs, and forced ones, under those who copy and look through the window. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "accel.h"
#include "load.h"
#include "tests/vm/guest/lib/report.h"

#define BYTES (1u << 20)
#define TIMES 20

static void test_resets(const char *path, const char *what)
{
	int fd = accel_open(), reset = 0, shown = 0;
	uint32_t device = bo_create(fd, BYTES, DRM_INGOT_BO_DEVICE | DRM_INGOT_BO_MAPPABLE, NULL);
	uint32_t *window = bo_map(fd, device);
	struct load load;

	for (uint32_t i = 0; i < BYTES / 4; i++)
		window[i] = i * 22695477u;
	load_start(&load, 3);
	for (int i = 0; i < TIMES; i++) {
		load_round(&load);
		reset += !write_text(path, "1");
		shown += window[i * 1031] == i * 1031 * 22695477u;
	}
	load_round(&load);
	load_end(&load);
	note("%d rounds of copies", load.rounds);
	is(reset, TIMES, "%s: done %d times", what, TIMES);
	is(shown, TIMES, "%s: device memory holds what it held", what);
	ok(!load.wrong && !load.error && !load.gone, "%s: copies go on and are right (wrong %d, error %d)",
	   what, load.wrong, load.error);
	munmap(window, BYTES);
	close(fd);
}

int main(void)
{
	struct accel_names names;
	char path[128];

	if (accel_find(&names))
		bail_out("no device");
	snprintf(path, sizeof(path), "%s/reset", names.pci);
	if (access(path, W_OK))
		skip("the device has no function reset");
	else
		test_resets(path, "function reset");
	snprintf(path, sizeof(path), "%s/force_reset", names.debugfs);
	test_resets(path, "forced reset");
	return tap_done();
}
