// SPDX-License-Identifier: MIT
/* accept4() */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listen.h"

static int set_address(struct sockaddr_un *address, const char *path, struct ingot_error *err)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (strlen(path) >= sizeof(address->sun_path))
		return ingot_error_set(err, -ENAMETOOLONG,
				       "socket %s: the path is too long: at most %zu bytes", path,
				       sizeof(address->sun_path) - 1);
	strcpy(address->sun_path, path);
	return 0;
}

int socket_connect(const char *path, struct ingot_error *err)
{
	struct sockaddr_un address;
	int fd, ret = set_address(&address, path, err);

	if (ret)
		return ret;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	ret = ingot_error_set(err, -errno, "socket %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret;
}

/* A socket that nobody listens at is what a server left that was killed */
static int remove_stale(const char *path, struct ingot_error *err)
{
	struct ingot_error why;
	struct stat st;
	int fd;

	if (lstat(path, &st))
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return ingot_error_set(err, -EEXIST,
				       "socket %s: something else is there: choose another path", path);
	fd = socket_connect(path, &why);
	if (fd >= 0) {
		close(fd);
		return ingot_error_set(err, -EADDRINUSE,
				       "socket %s: another server listens there: choose another path",
				       path);
	}
	if (unlink(path))
		return ingot_error_set(err, -errno, "socket %s: %s", path, strerror(errno));
	return 0;
}

int socket_listen(const char *path, struct ingot_error *err)
{
	struct sockaddr_un address;
	int fd, ret = set_address(&address, path, err);
	mode_t mask;

	if (!ret)
		ret = remove_stale(path, err);
	if (ret)
		return ret;
	mask = umask(0077);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 4))
		ret = ingot_error_set(err, -errno, "socket %s: %s", path, strerror(errno));
	umask(mask);
	if (ret && fd >= 0)
		close(fd);
	return ret ? ret : fd;
}

int socket_accept(int listener)
{
	return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
