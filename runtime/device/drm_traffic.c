// SPDX-License-Identifier: MIT
/* How often a board was told of jobs and raised interrupts, as the kernel counts that. */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "drm_nodes.h"
#include "drm_transport.h"
#include "drm_uring.h"

#define MAX_VECTORS 64

/* The folder of sysfs for the open node. */
static int node_folder(const struct drm_device *dev, char *path, size_t size)
{
	struct stat st;

	if (fstat(dev->fd, &st))
		return -1;
	snprintf(path, size, "/sys/dev/char/%u:%u", major(st.st_rdev), minor(st.st_rdev));
	return 0;
}

static unsigned int read_vectors(const char *folder, unsigned int vectors[MAX_VECTORS])
{
	char path[PATH_MAX];
	const struct dirent *entry;
	unsigned int count = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/device/msi_irqs", folder);
	dir = opendir(path);
	while (dir && count < MAX_VECTORS && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			vectors[count++] = atoi(entry->d_name);
	if (dir)
		closedir(dir);
	return count;
}

/* The counts of a line of /proc/interrupts: one a processor. */
static uint64_t sum_line(const char *line)
{
	uint64_t sum = 0;
	char *end;

	for (;; line = end) {
		unsigned long long n = strtoull(line, &end, 10);

		if (end == line || (*end != ' ' && *end != '\n'))
			return sum;
		sum += n;
	}
}

static uint64_t sum_interrupts(const unsigned int *vectors, unsigned int count)
{
	FILE *f = fopen("/proc/interrupts", "r");
	size_t size = 0;
	char *line = NULL;
	uint64_t sum = 0;

	if (!f)
		return INGOT_UNKNOWN;
	while (getline(&line, &size, f) > 0) {
		char *colon;
		unsigned long number = strtoul(line, &colon, 10);

		for (unsigned int i = 0; *colon == ':' && i < count; i++)
			if (vectors[i] == number)
				sum += sum_line(colon + 1);
	}
	free(line);
	fclose(f);
	return sum;
}

static uint64_t count_interrupts(const struct drm_device *dev)
{
	unsigned int vectors[MAX_VECTORS], count = 0;
	char folder[64];

	if (!node_folder(dev, folder, sizeof(folder)))
		count = read_vectors(folder, vectors);
	return count ? sum_interrupts(vectors, count) : INGOT_UNKNOWN;
}

/* The driver's state in debugfs, for root only, in a folder named by the device or its number. */
static FILE *open_state(const struct drm_device *dev)
{
	char folder[64], link[sizeof(folder) + 8], target[256] = "", path[sizeof(target) + 64];
	const char *name;
	struct stat st;
	FILE *f;

	if (node_folder(dev, folder, sizeof(folder)) || fstat(dev->fd, &st))
		return NULL;
	snprintf(link, sizeof(link), "%s/device", folder);
	if (readlink(link, target, sizeof(target) - 1) < 0)
		return NULL;
	name = strrchr(target, '/');
	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%s/state", name ? name + 1 : target);
	f = fopen(path, "r");
	if (f)
		return f;
	snprintf(path, sizeof(path), "/sys/kernel/debug/accel/%u/state", minor(st.st_rdev));
	return fopen(path, "r");
}

/* A count of that state: a word and a number. */
static uint64_t read_state(const struct drm_device *dev, const char *word)
{
	unsigned long long value = INGOT_UNKNOWN;
	FILE *f = open_state(dev);
	char line[256];
	const char *at;

	while (f && value == INGOT_UNKNOWN && fgets(line, sizeof(line), f)) {
		at = strstr(line, word);
		if (at)
			sscanf(at + strlen(word), " %llu", &value);
	}
	if (f)
		fclose(f);
	return value;
}

void drm_traffic(struct ingot_device *base, struct ingot_device_traffic *traffic)
{
	const struct drm_device *dev = to_drm(base);

	*traffic = (struct ingot_device_traffic){
		.door = dev->uring ? "uring" : "ioctl",
		.system_calls = dev->system_calls,
		.doorbells = read_state(dev, "doorbells"),
		.interrupts = count_interrupts(dev),
	};
}
