// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* asprintf */
#include "history_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Like mkdir -p, for this user alone. */
static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int ret;

		*slash = '\0';
		ret = mkdir(path, 0700);
		*slash = '/';
		if (ret && errno != EEXIST)
			return -errno;
	}
	return 0;
}

char *history_file_path(void)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	char *path = NULL;
	int len = -1;

	/* relative ones are to be ignored */
	if (state && *state == '/')
		len = asprintf(&path, "%s/ingot/history", state);
	else if (home && *home == '/')
		len = asprintf(&path, "%s/.local/state/ingot/history", home);
	if (len < 0)
		return NULL;
	if (make_folders(path)) {
		free(path);
		return NULL;
	}
	return path;
}

void history_file_save(History *h, const char *path)
{
	HistEvent event;
	char *name;
	int fd;

	if (asprintf(&name, "%s.XXXXXX", path) < 0)
		return;
	fd = mkstemp(name);
	if (fd >= 0) {
		close(fd);
		if (history(h, &event, H_SAVE, name) < 0 || rename(name, path))
			unlink(name);
	}
	free(name);
}
