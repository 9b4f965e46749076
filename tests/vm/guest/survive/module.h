/* SPDX-License-Identifier: MIT */
/* The driver's module, and its parameters. */
#ifndef SURVIVE_MODULE_H
#define SURVIVE_MODULE_H

#include <stdbool.h>

#include "node.h"

/** module_path() - of ingot.ko: MODULE of the environment, or where the guest has it */
const char *module_path(void);

/** module_load() - load it. Return: 0 or negative errno. */
int module_load(void);

/** module_unload() - remove it. Return: 0 or negative errno: -EWOULDBLOCK if it is in use. */
int module_unload(void);

/** module_await_unload() - remove it as soon as nobody uses it. Return: whether that was soon; if not, why is told. */
bool module_await_unload(void);

/**
 * module_rebind() - unbind the driver from the device and bind it again
 * @node: where the device is
 *
 * Return: whether the node went and came back; if not, why is told.
 */
bool module_rebind(const struct node *node);

/** module_set() - set a parameter; the campaign ends if that fails. Return: what it was. */
unsigned int module_set(const char *name, unsigned int value);

#endif
