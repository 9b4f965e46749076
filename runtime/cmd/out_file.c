// SPDX-License-Identifier: MIT
/* Files that are there whole or not at all. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out_file.h"

static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode);
}

int out_file_open(struct out_file *o, const char *path, struct ingot_error *err)
{
	int len;

	*o = (struct out_file){ .path = path };
	if (is_special(path))
		len = snprintf(o->part, sizeof(o->part), "%s", path);
	else
		len = snprintf(o->part, sizeof(o->part), "%s.part-%ld", path, (long)getpid());
	if (len < 0 || (size_t)len >= sizeof(o->part))
		return ingot_error_set(err, -ENAMETOOLONG, "%s: cannot write: the name is too long",
				       path);
	o->f = fopen(o->part, "w");
	if (!o->f)
		return ingot_error_set(err, -errno, "%s: cannot write: %s", path, strerror(errno));
	return 0;
}

static int fail(struct out_file *o, int code, struct ingot_error *err)
{
	if (strcmp(o->part, o->path))
		unlink(o->part);
	return ingot_error_set(err, -code, "%s: cannot write: %s: nothing was kept of it", o->path,
			       strerror(code));
}

int out_file_commit(struct out_file *o, struct ingot_error *err)
{
	int code = 0;

	errno = 0;
	if (fflush(o->f) || ferror(o->f))
		code = errno ? errno : EIO;
	if (fclose(o->f) && !code)
		code = errno;
	o->f = NULL;
	if (!code && strcmp(o->part, o->path) && rename(o->part, o->path))
		code = errno;
	return code ? fail(o, code, err) : 0;
}

void out_file_drop(struct out_file *o)
{
	if (!o->f)
		return;
	fclose(o->f);
	o->f = NULL;
	if (strcmp(o->part, o->path))
		unlink(o->part);
}
