// SPDX-License-Identifier: MIT
/* From a URI to a transport. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drm_nodes.h"
#include "transport.h"

#define DRM "drm:"

/* The path of the first board's node, "" if there is none. */
static int first_node(char *path, size_t size, struct ingot_error *err)
{
	struct ingot_node *nodes = NULL;
	int count = ingot_nodes(&nodes, err);

	if (count >= 0)
		snprintf(path, size, "%s", count ? nodes[0].path : "");
	free(nodes);
	return count < 0 ? count : 0;
}

static struct ingot_device *open_board(const char *path, const struct ingot_open_options *options,
				       struct ingot_error *err)
{
	char first[sizeof(((struct ingot_node *)0)->path)];

	if (*path)
		return ingot_drm_device_open(path, options, err);
	if (first_node(first, sizeof(first), err))
		return NULL;
	if (*first)
		return ingot_drm_device_open(first, options, err);
	ingot_error_set(err, -ENOENT,
			"drm: there is no board: %s has no device of the driver 'ingot'; load it with 'modprobe ingot', or use func:",
			DRM_SYSFS);
	return NULL;
}

static struct ingot_device *open_default(const struct ingot_open_options *options,
					 struct ingot_error *err)
{
	char first[sizeof(((struct ingot_node *)0)->path)];

	if (first_node(first, sizeof(first), NULL) || !*first)
		return ingot_core_device_open("func:", options, err);
	return ingot_drm_device_open(first, options, err);
}

struct ingot_device *ingot_open(const char *uri, const struct ingot_open_options *options,
				struct ingot_error *err)
{
	static const struct ingot_open_options defaults;

	if (!options)
		options = &defaults;
	if (options->submit && strcmp(options->submit, "uring") && strcmp(options->submit, "ioctl")) {
		ingot_error_set(err, -EINVAL, "--submit: '%s' is neither uring nor ioctl",
				options->submit);
		return NULL;
	}
	if (!uri || !*uri)
		return open_default(options, err);
	if (!strncmp(uri, DRM, strlen(DRM)))
		return open_board(uri + strlen(DRM), options, err);
	return ingot_core_device_open(uri, options, err);
}
