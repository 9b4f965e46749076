// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* O_TMPFILE */
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fail(const struct new_file *f, int error, struct ingot_error *err)
{
	return ingot_error_set(err, -error, "%s: cannot write: %s", f->path, strerror(error));
}

/* Bytes of the path up to its last component. */
static size_t folder_len(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? (size_t)(slash - path) + 1 : 0;
}

/* The name by which the file is known until it has its own. */
static int choose_name(struct new_file *f)
{
	int len = snprintf(f->name, sizeof(f->name), "%.*s.%s.XXXXXX", (int)folder_len(f->path), f->path,
			   f->path + folder_len(f->path));

	return len < (int)sizeof(f->name) ? 0 : -ENAMETOOLONG;
}

int new_file_begin(struct new_file *f, const char *path, struct ingot_error *err)
{
	const size_t folder = folder_len(path);

	f->path = path;
	if (choose_name(f))
		return fail(f, ENAMETOOLONG, err);
	if (folder) {
		char saved = f->name[folder];

		f->name[folder] = '\0';
		f->fd = open(f->name, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
		f->name[folder] = saved;
	} else {
		f->fd = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	}
	if (f->fd >= 0) {
		f->name[0] = '\0';
		return 0;
	}
	f->fd = mkostemp(f->name, O_CLOEXEC);
	return f->fd < 0 ? fail(f, errno, err) : 0;
}

int new_file_write(struct new_file *f, const void *data, size_t len, struct ingot_error *err)
{
	const char *at = data;

	while (len) {
		ssize_t n = write(f->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fail(f, n ? errno : EIO, err);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* A file without a name gets one for the moment between this and the renaming. */
static int give_name(struct new_file *f)
{
	char self[40];

	snprintf(self, sizeof(self), "/proc/self/fd/%d", f->fd);
	for (int i = 0; i < 100; i++) {
		choose_name(f);
		snprintf(f->name + strlen(f->name) - 6, 7, "%06x",
			 ((unsigned int)getpid() + (unsigned int)i * 7919u) & 0xffffff);
		if (!linkat(AT_FDCWD, self, AT_FDCWD, f->name, AT_SYMLINK_FOLLOW))
			return 0;
		if (errno != EEXIST)
			break;
	}
	f->name[0] = '\0';
	return -errno;
}

int new_file_end(struct new_file *f, int ret, struct ingot_error *err)
{
	if (!ret && fsync(f->fd) && errno != EINVAL)
		ret = fail(f, errno, err);
	if (!ret && !f->name[0] && give_name(f))
		ret = fail(f, errno, err);
	if (close(f->fd) && !ret)
		ret = fail(f, errno, err);
	if (!ret && rename(f->name, f->path))
		ret = fail(f, errno, err);
	if (ret && f->name[0])
		unlink(f->name);
	return ret;
}
