/* SPDX-License-Identifier: MIT */
/*
 * The accel nodes of the kernel, and which of them are ours. libdrm knows nothing of accel nodes.
 */
#ifndef INGOT_DRM_NODES_H
#define INGOT_DRM_NODES_H

#include "ingot/device.h"

/* Where the kernel lists accel nodes. */
#define DRM_SYSFS "/sys/class/accel"
/* Name of the kernel's driver. */
#define DRM_DRIVER "ingot"

/**
 * drm_nodes_read() - the nodes of our driver that a folder of sysfs lists
 * @sysfs: the folder; one that is missing lists nothing
 * @nodes: set to an array sorted by number, to be freed with free(); NULL if there is none
 * @err: filled in on failure
 *
 * Return: how many, or negative errno.
 */
int drm_nodes_read(const char *sysfs, struct ingot_node **nodes, struct ingot_error *err);

#endif
