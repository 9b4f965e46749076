// SPDX-License-Identifier: MIT
/* What people see: fdinfo, sysfs, hwmon, tracepoints, debugfs, coredumps. Needs root and debugfs. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accel.h"
#include "tests/vm/guest/lib/report.h"

#define MIB (1u << 20)

static struct accel_names names;
static char text[1 << 20];
static uint8_t memory[4 * MIB] __attribute__((aligned(4096)));

/* Text of a file; "" if it cannot be read. */
static const char *slurp(const char *path)
{
	long length = read_file(path, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = 0;
	return text;
}

/* The number after "key" at the start of a line; -1: there is none. */
static long long value_of(const char *from, const char *key)
{
	size_t length = strlen(key);

	for (const char *line = from; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length))
			return strtoll(line + length, NULL, 0);
	}
	return -1;
}

static void some_copies(int fd, uint32_t handle)
{
	for (int i = 0; i < 4; i++)
		copy_user(fd, DRM_INGOT_COPY_TO_DEVICE, handle, 0, sizeof(memory), memory);
}

/* ---- fdinfo ---- */

static void test_fdinfo(int fd)
{
	uint32_t device = bo_create(fd, 4 * MIB, DRM_INGOT_BO_DEVICE, NULL);
	char path[64], key[80];
	long long before;

	bo_create(fd, 2 * MIB, 0, NULL);
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	before = value_of(slurp(path), "drm-engine-copy:");
	ok(strstr(text, "drm-driver:\tingot\n"), "fdinfo: the driver");
	snprintf(key, sizeof(key), "drm-pdev:\t%s\n", names.address);
	ok(strstr(text, key), "fdinfo: the device");
	ok(strstr(text, "drm-total-device:\t4 MiB\n"), "fdinfo: device memory");
	ok(strstr(text, "drm-total-host:\t2 MiB\n"), "fdinfo: host memory");
	ok(value_of(text, "drm-engine-compute:") == 0, "fdinfo: no job has run");
	some_copies(fd, device);
	ok(value_of(slurp(path), "drm-engine-copy:") > before, "fdinfo: copies took time");
}

/* ---- sysfs ---- */

static const char *attribute(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", names.pci, name);
	return slurp(path);
}

static void test_sysfs(int fd)
{
	static uint8_t config[1 << 16], file[1 << 16];
	struct drm_ingot_query query = { .type = DRM_INGOT_QUERY_CONFIG, .size = sizeof(config),
					 .ptr = (uintptr_t)config };
	char path[128];
	long bytes;

	ok(strlen(attribute("model")) > 1 && strcmp(text, "unknown\n"), "sysfs: model %.*s",
	   (int)strcspn(text, "\n"), text);
	ok(!strncmp(attribute("version"), "1.", 2), "sysfs: version");
	ok(attribute("resets")[0] >= '0', "sysfs: resets");
	accel_ioctl(fd, DRM_IOCTL_INGOT_QUERY, &query);
	snprintf(path, sizeof(path), "%s/config_dtb", names.pci);
	bytes = read_file(path, file, sizeof(file));
	ok(bytes > 40 && bytes == query.size && !memcmp(file, config, bytes),
	   "sysfs: the configuration is what the ioctl says");
	ok(!memcmp(file, "\xd0\x0d\xfe\xed", 4), "sysfs: ... a device tree");
}

/* ---- hwmon ---- */

static void test_hwmon(void)
{
	char path[256];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/hwmon", names.pci);
	dir = opendir(path);
	if (!dir) {
		skip("hwmon: the board has no sensor, or the kernel no hwmon");
		return;
	}
	while ((entry = readdir(dir)) && strncmp(entry->d_name, "hwmon", 5))
		;
	snprintf(path, sizeof(path), "%s/hwmon/%.32s/temp1_input", names.pci,
		 entry ? entry->d_name : "");
	slurp(path);
	ok(atoi(text) > -100000 && atoi(text) < 200000 && text[0], "hwmon: %d millidegrees",
	   atoi(text));
	closedir(dir);
}

/* ---- tracepoints ---- */

static void test_trace(int fd)
{
	const char *root = "/sys/kernel/tracing";
	uint32_t device = bo_create(fd, 4 * MIB, DRM_INGOT_BO_DEVICE, NULL);
	char path[128];

	snprintf(path, sizeof(path), "%s/events/ingot/enable", root);
	if (write_text(path, "1")) {
		skip("no tracepoints in this kernel");
		return;
	}
	some_copies(fd, device);
	write_text(path, "0");
	snprintf(path, sizeof(path), "%s/trace", root);
	slurp(path);
	ok(strstr(text, "ingot_copy_begin:") && strstr(text, "bytes=4194304 ret=0"),
	   "tracepoints: begin and end of copies");
	ok(strstr(text, "ingot_irq:"), "tracepoints: interrupts");
	bo_close(fd, device);
}

/* ---- debugfs ---- */

static const char *debug_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", names.debugfs, name);
	return slurp(path);
}

static void test_debugfs(int fd)
{
	char line[64];

	ok(strstr(debug_file("state"), "state: running,"), "debugfs: the state");
	ok(strstr(text, "copy ring:") && strstr(text, "memory:"), "debugfs: rings and memory");
	snprintf(line, sizeof(line), "process %d (test_observe)", getpid());
	ok(strstr(debug_file("clients"), line), "debugfs: this client");
	(void)fd;
}

/* Every section lies within the file. */
static bool sections_fit(const char *dump, long bytes)
{
	const char *end = strstr(dump, "\n\n");
	int count = 0;

	for (const char *line = dump; end && line && line < end; line = strchr(line, '\n')) {
		unsigned long offset, length;

		line += *line == '\n';
		if (sscanf(line, "section: %*s %lu %lu", &offset, &length) != 2)
			continue;
		if ((end + 2 - dump) + offset + length > (unsigned long)bytes)
			return false;
		count++;
	}
	return count >= 2;
}

static void test_dump(const char *path, const char *what)
{
	long bytes = read_file(path, text, sizeof(text) - 1);

	text[bytes < 0 ? 0 : bytes] = 0;
	ok(bytes > 0 && !strncmp(text, "ingot: device dump 1\n", 21), "%s: there is one", what);
	ok(strstr(text, "reason: forced through debugfs\n") && value_of(text, "magic:") == 0x54474e49,
	   "%s: why, and registers", what);
	ok(sections_fit(text, bytes), "%s: sections", what);
}

static void test_devcoredump(void)
{
	DIR *dir = opendir("/sys/class/devcoredump");
	struct dirent *entry = NULL;
	char path[128];

	while (dir && (entry = readdir(dir)) && strncmp(entry->d_name, "devcd", 5))
		;
	if (!entry) {
		skip("no devcoredump in this kernel");
		return;
	}
	snprintf(path, sizeof(path), "/sys/class/devcoredump/%.32s/data", entry->d_name);
	test_dump(path, "devcoredump");
	write_text(path, "1");
	closedir(dir);
}

static void test_reset(int fd)
{
	uint32_t device = bo_create(fd, sizeof(memory), DRM_INGOT_BO_DEVICE, NULL);
	long long resets = atoll(attribute("resets"));
	char path[128];

	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = i * 31 >> 3;
	some_copies(fd, device);
	snprintf(path, sizeof(path), "%s/force_reset", names.debugfs);
	is(write_text(path, "a test\n"), 0, "debugfs: a reset is forced");
	is(atoll(attribute("resets")), resets + 1, "... and counted");
	ok(strstr(debug_file("state"), "state: running,"), "... and over");
	memset(memory, 0, sizeof(memory));
	is(copy_user(fd, DRM_INGOT_COPY_TO_HOST, device, 0, sizeof(memory), memory), 0,
	   "... and the device works");
	for (size_t i = 0; i < sizeof(memory); i++)
		if (memory[i] != (uint8_t)(i * 31 >> 3)) {
			ok(false, "... and its memory holds what it held: not byte %zu", i);
			return;
		}
	ok(true, "... and its memory holds what it held");
	snprintf(path, sizeof(path), "%s/coredump", names.debugfs);
	test_dump(path, "debugfs: coredump");
}

int main(void)
{
	int fd = accel_open();

	accel_find(&names);
	test_fdinfo(fd);
	test_sysfs(fd);
	test_hwmon();
	test_trace(fd);
	test_debugfs(fd);
	test_reset(fd);
	test_devcoredump();
	return tap_done();
}
