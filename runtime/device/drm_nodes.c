// SPDX-License-Identifier: MIT
#include "drm_nodes.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The value of KEY in a file of "KEY=value" lines, "" if it is not there. */
static void read_key(const char *path, const char *key, char *value, size_t size)
{
	const size_t len = strlen(key);
	char line[256];
	FILE *f = fopen(path, "r");

	*value = '\0';
	while (f && !*value && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, len) || line[len] != '=')
			continue;
		line[strcspn(line, "\n")] = '\0';
		snprintf(value, size, "%.*s", (int)size - 1, line + len + 1);
	}
	if (f)
		fclose(f);
}

static void lower_case(char *text)
{
	for (; *text; text++)
		if (*text >= 'A' && *text <= 'Z')
			*text += 'a' - 'A';
}

/* Whether the node @name belongs to our driver; then @node is filled in. */
static bool read_node(const char *sysfs, const char *name, struct ingot_node *node)
{
	char uevent[PATH_MAX], driver[32];

	snprintf(uevent, sizeof(uevent), "%s/%s/device/uevent", sysfs, name);
	read_key(uevent, "DRIVER", driver, sizeof(driver));
	if (strcmp(driver, DRM_DRIVER))
		return false;
	*node = (struct ingot_node){ 0 };
	snprintf(node->path, sizeof(node->path), "/dev/accel/%s", name);
	snprintf(node->uri, sizeof(node->uri), "drm:%s", node->path);
	read_key(uevent, "PCI_SLOT_NAME", node->bus, sizeof(node->bus));
	read_key(uevent, "PCI_ID", node->id, sizeof(node->id));
	lower_case(node->id);
	return true;
}

/* "accel" and a number, no longer than one can be. */
static bool is_node_name(const char *name)
{
	const size_t digits = strspn(name + strcspn(name, "0123456789"), "0123456789");

	return !strncmp(name, "accel", 5) && digits && digits <= 9 && !name[5 + digits];
}

static int by_number(const void *a, const void *b)
{
	const struct ingot_node *x = a, *y = b;
	const long n = atol(x->path + strlen("/dev/accel/accel"));
	const long m = atol(y->path + strlen("/dev/accel/accel"));

	return (n > m) - (n < m);
}

static int collect(const char *sysfs, DIR *dir, struct ingot_node **nodes)
{
	const struct dirent *entry;
	struct ingot_node *grown, node;
	int count = 0;

	while ((entry = readdir(dir))) {
		if (!is_node_name(entry->d_name) || !read_node(sysfs, entry->d_name, &node))
			continue;
		grown = realloc(*nodes, (count + 1) * sizeof(node));
		if (!grown)
			return -ENOMEM;
		*nodes = grown;
		grown[count++] = node;
	}
	if (count)
		qsort(*nodes, count, sizeof(node), by_number);
	return count;
}

int drm_nodes_read(const char *sysfs, struct ingot_node **nodes, struct ingot_error *err)
{
	DIR *dir = opendir(sysfs);
	int count;

	*nodes = NULL;
	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!dir)
		return ingot_error_set(err, -errno, "%s: %s", sysfs, strerror(errno));
	count = collect(sysfs, dir, nodes);
	closedir(dir);
	if (count < 0) {
		free(*nodes);
		*nodes = NULL;
		ingot_error_set(err, count, "out of memory");
	}
	return count;
}

int ingot_nodes(struct ingot_node **nodes, struct ingot_error *err)
{
	return drm_nodes_read(DRM_SYSFS, nodes, err);
}
