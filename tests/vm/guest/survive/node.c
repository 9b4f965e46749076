// SPDX-License-Identifier: MIT
#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "runtime/device/drm_nodes.h"

bool node_find(struct node *node)
{
	struct ingot_node *nodes;
	struct ingot_error err;
	bool found = drm_nodes_read(DRM_SYSFS, &nodes, &err) > 0;

	if (!found)
		return false;
	snprintf(node->path, sizeof(node->path), "%.63s", nodes[0].path);
	snprintf(node->address, sizeof(node->address), "%.31s", nodes[0].bus);
	snprintf(node->device, sizeof(node->device), "/sys/bus/pci/devices/%.31s", nodes[0].bus);
	snprintf(node->debug, sizeof(node->debug), "/sys/kernel/debug/accel/%.31s", nodes[0].bus);
	free(nodes);
	return true;
}

int node_open(void)
{
	struct node node;
	int fd;

	if (!node_find(&node))
		return -ENODEV;
	fd = open(node.path, O_RDWR | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
