// SPDX-License-Identifier: MIT
/* The devices that can be made within the process, by the device trees and Verilated cores. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core_load.h"
#include "ingot/device.h"
#include "ingot/regs.h"

struct list {
	struct ingot_simulated *entries;
	int count;
};

static bool read_config(const char *name, struct ingot_config *config)
{
	char path[PATH_MAX], blob[ING_ROM_MAX_BYTES];
	size_t bytes = 0;
	FILE *f;

	ingot_core_path(path, sizeof(path), "configs", name, ".dtb");
	f = fopen(path, "rb");
	if (!f)
		return false;
	bytes = fread(blob, 1, sizeof(blob), f);
	fclose(f);
	return !ingot_config_read(blob, bytes, config, NULL);
}

static int add(struct list *l, const char *kind, const char *name,
	       const struct ingot_config *config)
{
	struct ingot_simulated *grown = realloc(l->entries, (l->count + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	l->entries = grown;
	grown += l->count++;
	snprintf(grown->uri, sizeof(grown->uri), "%s:%s", kind, name);
	grown->config = *config;
	return 0;
}

static bool has_core(const char *name)
{
	char path[PATH_MAX];

	ingot_core_path(path, sizeof(path), "rtl", name, ".so");
	return !access(path, R_OK);
}

static int add_config(struct list *l, const char *file)
{
	const size_t len = strlen(file);
	struct ingot_config config;
	char name[64];
	int ret = 0;

	if (len < 5 || len - 4 >= sizeof(name) || strcmp(file + len - 4, ".dtb"))
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)len - 4, file);
	if (!read_config(name, &config))
		return 0;
	/* A special build of a core has a name of its own, but no functional model. */
	if (!strcmp(name, config.model))
		ret = add(l, "func", name, &config);
	return !ret && has_core(name) ? add(l, "rtl", name, &config) : ret;
}

static int by_name(const void *a, const void *b)
{
	const struct ingot_simulated *x = a, *y = b;

	return strcmp(x->uri, y->uri);
}

int ingot_simulated(struct ingot_simulated **list, struct ingot_error *err)
{
	struct list l = { 0 };
	const struct dirent *entry;
	char path[PATH_MAX];
	int ret = 0;
	DIR *dir;

	*list = NULL;
	ingot_core_path(path, sizeof(path), "configs", "", "");
	dir = opendir(path);
	while (dir && !ret && (entry = readdir(dir)))
		ret = add_config(&l, entry->d_name);
	if (dir)
		closedir(dir);
	if (ret) {
		free(l.entries);
		return ingot_error_set(err, ret, "out of memory");
	}
	if (l.count)
		qsort(l.entries, l.count, sizeof(*l.entries), by_name);
	*list = l.entries;
	return l.count;
}
