// SPDX-License-Identifier: MIT
/* From a URI to a core: the configuration's device tree, and for rtl the shared object. */
/* dladdr() */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

/* The embedded default of func:, made for processors rather than for a board. */
#define DEFAULT_FUNC_CONFIG "host"

/*
 * Configurations and Verilated cores lie beside the library or the program that contains this code:
 * in configs/ and rtl/ of the build folder, or of PREFIX/lib/ingot. INGOT_PATH overrides that.
 */
static void data_path(char *path, size_t size, const char *folder, const char *name,
		      const char *suffix)
{
	const char *env = getenv("INGOT_PATH");
	Dl_info info = { 0 };
	char real[PATH_MAX] = "";
	char *slash;

	if (env && *env) {
		snprintf(path, size, "%s/%s/%s%s", env, folder, name, suffix);
		return;
	}
	if (!dladdr((void *)data_path, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, real))
		snprintf(real, sizeof(real), "build/x");
	slash = strrchr(real, '/');
	if (slash)
		*slash = 0;
	snprintf(path, size, "%s/%s/%s%s", real, folder, name, suffix);
}

static int read_blob(struct ingot_device *dev, const char *path, struct ingot_error *err)
{
	FILE *f = fopen(path, "rb");
	long size = -1;

	if (!f)
		return ingot_error_set(err, -errno, "%s: cannot open configuration %s: %s", dev->uri,
				       path, strerror(errno));
	if (!fseek(f, 0, SEEK_END))
		size = ftell(f);
	rewind(f);
	if (size > 0 && size <= ING_ROM_MAX_BYTES) {
		dev->blob = malloc(size);
		dev->blob_bytes = dev->blob ? fread(dev->blob, 1, size, f) : 0;
	}
	fclose(f);
	if (size <= 0 || dev->blob_bytes != (size_t)size)
		return ingot_error_set(err, -EINVAL,
				       "%s: %s: %ld bytes: not a device tree blob of at most %d bytes",
				       dev->uri, path, size, ING_ROM_MAX_BYTES);
	return 0;
}

static int read_config(struct ingot_device *dev, const char *name, struct ingot_error *err)
{
	char path[PATH_MAX];
	int ret;

	if (strchr(name, '/') || strstr(name, ".dtb"))
		snprintf(path, sizeof(path), "%s", name);
	else
		data_path(path, sizeof(path), "configs", name, ".dtb");
	ret = read_blob(dev, path, err);
	return ret ? ret : ingot_config_read(dev->blob, dev->blob_bytes, &dev->config, err);
}

static int open_rtl(struct ingot_device *dev, const char *name, const struct ing_core_options *core,
		    const struct ing_host *host, struct ingot_error *err)
{
	char path[PATH_MAX];
	ing_core_create_fn create;

	data_path(path, sizeof(path), "rtl", name, ".so");
	dev->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!dev->library)
		return ingot_error_set(err, -ENOENT,
				       "%s: no Verilated core %s: %s; build it with 'make rtl'",
				       dev->uri, path, dlerror());
	create = (ing_core_create_fn)dlsym(dev->library, "ing_core_rtl_create");
	if (!create)
		return ingot_error_set(err, -EINVAL, "%s: %s: %s", dev->uri, path, dlerror());
	dev->core = create(dev->blob, dev->blob_bytes, host, core, err);
	return dev->core ? 0 : -ENODEV;
}

int ingot_core_open(struct ingot_device *dev, const struct ingot_open_options *options,
		    const struct ing_host *host, struct ingot_error *err)
{
	struct ing_core_options core = {
		.threads = options->threads,
		.ideal_memory = options->ideal_memory,
		.isa = options->isa,
	};
	bool rtl = !strncmp(dev->uri, "rtl:", 4);
	const char *name;
	int ret;

	if (!rtl && strncmp(dev->uri, "func:", 5))
		return ingot_error_set(err, -EINVAL,
				       "device '%s' is unknown: use func:CONFIG or rtl:CONFIG, for example rtl:sim512",
				       dev->uri);
	name = strchr(dev->uri, ':') + 1;
	if (!*name)
		name = rtl ? "sim512" : DEFAULT_FUNC_CONFIG;
	ret = read_config(dev, name, err);
	if (ret)
		return ret;
	if (rtl)
		return open_rtl(dev, name, &core, host, err);
	dev->core = ing_core_func_create(dev->blob, dev->blob_bytes, host, &core, err);
	return dev->core ? 0 : -ENODEV;
}
