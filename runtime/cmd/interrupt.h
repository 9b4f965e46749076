/* SPDX-License-Identifier: MIT */
/* Ctrl-C: stops the running job, after which the command ends by itself. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

struct ingot_device;

/**
 * interrupt_catch() - let Ctrl-C stop the jobs of devices
 *
 * A second Ctrl-C ends the program at once.
 */
void interrupt_catch(void);

/**
 * interrupt_device() - say which device has the running job
 * @dev: the device, or NULL before it is closed
 */
void interrupt_device(struct ingot_device *dev);

/**
 * interrupted() - has Ctrl-C been pressed?
 *
 * Return: whether it has.
 */
bool interrupted(void);

#endif
