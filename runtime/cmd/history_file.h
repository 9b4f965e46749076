/* SPDX-License-Identifier: MIT */
/* Where typed lines are kept. */
#ifndef HISTORY_FILE_H
#define HISTORY_FILE_H

#include <histedit.h>

/**
 * history_file_path() - the file: ingot/history in the user's state folder
 *
 * The folder is made if it is not there: $XDG_STATE_HOME, or ~/.local/state.
 *
 * Return: its path, to be freed with free(), or NULL: there is none, and lines are not kept.
 */
char *history_file_path(void);

/**
 * history_file_save() - write the file, as a whole or not at all
 * @h: the lines
 * @path: the file
 *
 * Says nothing if it cannot: a conversation is not to be stopped for that.
 */
void history_file_save(History *h, const char *path);

#endif
