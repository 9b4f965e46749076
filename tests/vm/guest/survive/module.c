// SPDX-License-Identifier: MIT
#include "module.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/vm/guest/lib/report.h"

#define DRIVER "/sys/bus/pci/drivers/ingot"
#define SECONDS 60

const char *module_path(void)
{
	const char *path = getenv("MODULE");

	return path ? path : "/ingot/ingot.ko";
}

int module_load(void)
{
	int fd = open(module_path(), O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -errno;
	ret = syscall(SYS_finit_module, fd, "", 0) ? -errno : 0;
	close(fd);
	return ret;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "ingot", O_NONBLOCK) ? -errno : 0;
}

static bool is_there(void *arg)
{
	return node_find(arg);
}

static bool is_away(void *arg)
{
	return !node_find(arg);
}

bool module_rebind(const struct node *node)
{
	struct node seen;
	int ret = write_text(DRIVER "/unbind", node->address);

	if (ret || !await(SECONDS, is_away, &seen)) {
		note("unbind: %s", ret ? strerror(-ret) : "the node stays");
		return false;
	}
	ret = write_text(DRIVER "/bind", node->address);
	if (ret || !await(SECONDS, is_there, &seen)) {
		note("bind: %s", ret ? strerror(-ret) : "no node comes");
		return false;
	}
	return true;
}

static bool is_unloaded(void *arg)
{
	int *ret = arg;

	*ret = module_unload();
	return *ret != -EWOULDBLOCK && *ret != -EBUSY;
}

bool module_await_unload(void)
{
	int ret;
	bool good = await(SECONDS, is_unloaded, &ret) && !ret;

	if (!good)
		note("the module cannot be removed: %s", strerror(-ret));
	return good;
}

unsigned int module_set(const char *name, unsigned int value)
{
	char path[96], text[16], *old;
	unsigned int was;
	int ret;

	snprintf(path, sizeof(path), "/sys/module/ingot/parameters/%s", name);
	snprintf(text, sizeof(text), "%u", value);
	old = read_text(path);
	was = (unsigned int)strtoul(old, NULL, 10);
	free(old);
	ret = write_text(path, text);
	if (ret)
		bail_out("%s: %s", path, strerror(-ret));
	return was;
}
