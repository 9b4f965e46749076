/* SPDX-License-Identifier: MIT */
/* Where the device is: its node, its folders in sysfs and debugfs. */
#ifndef SURVIVE_NODE_H
#define SURVIVE_NODE_H

#include <stdbool.h>

/**
 * struct node - paths and names
 * @path: of the node
 * @address: on the bus, as in 0000:00:03.0
 * @device: folder of the PCI device; @debug: folder of the accel device in debugfs
 */
struct node {
	char path[64], address[32], device[96], debug[96];
};

/** node_find() - fill in where the device is. Return: whether there is a node of the driver. */
bool node_find(struct node *node);

/** node_open() - open it. Return: a file, or negative errno: -ENODEV if there is none. */
int node_open(void);

#endif
