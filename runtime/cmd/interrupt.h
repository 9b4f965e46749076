/* SPDX-License-Identifier: MIT */
/* Ctrl-C and SIGTERM: they stop the running job, after which the command ends by itself. */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <stdbool.h>

struct ingot_device;

/**
 * interrupt_catch() - let Ctrl-C stop the jobs of devices
 *
 * A second one ends the program at once.
 */
void interrupt_catch(void);

/**
 * interrupt_patience() - let Ctrl-C be pressed more often before the program ends at once
 * @presses: that are only counted
 */
void interrupt_patience(int presses);

/**
 * interrupt_device() - say which device has the running job
 * @dev: the device, or NULL while nothing runs and before it is closed
 */
void interrupt_device(struct ingot_device *dev);

/**
 * interrupted() - has Ctrl-C been pressed, or SIGTERM come?
 *
 * Return: whether one has.
 */
bool interrupted(void);

/**
 * interrupt_forgive() - forget about Ctrl-C: it was meant for what has stopped since
 *
 * Return: false after SIGTERM, which is not forgotten: the program is to end.
 */
bool interrupt_forgive(void);

/**
 * interrupt_status() - the exit status that says so
 *
 * Return: 128 and the signal, as shells have it: 130 for Ctrl-C, 143 for SIGTERM.
 */
int interrupt_status(void);

#endif
