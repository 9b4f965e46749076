// SPDX-License-Identifier: MIT
/* From a URI to a core: the configuration's device tree, and for rtl the shared object. */
/* dladdr() */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core_load.h"
#include "ingot/regs.h"

/* The embedded default of func:, made for processors rather than for a board. */
#define DEFAULT_FUNC_CONFIG "host"

/*
 * Configurations and Verilated cores lie beside the library or the program that contains this code:
 * in configs/ and rtl/ of the build folder, or of PREFIX/lib/ingot. INGOT_PATH overrides that.
 */
void ingot_core_path(char *path, size_t size, const char *folder, const char *name,
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
	if (!dladdr((void *)ingot_core_path, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, real))
		snprintf(real, sizeof(real), "build/x");
	slash = strrchr(real, '/');
	if (slash)
		*slash = 0;
	snprintf(path, size, "%s/%s/%s%s", real, folder, name, suffix);
}

static int read_blob(struct ingot_core_handle *handle, const char *uri, const char *path,
		     struct ingot_error *err)
{
	FILE *f = fopen(path, "rb");
	long size = -1;

	if (!f)
		return ingot_error_set(err, -errno, "%s: cannot open configuration %s: %s", uri, path,
				       strerror(errno));
	if (!fseek(f, 0, SEEK_END))
		size = ftell(f);
	rewind(f);
	if (size > 0 && size <= ING_ROM_MAX_BYTES) {
		handle->blob = malloc(size);
		handle->blob_bytes = handle->blob ? fread(handle->blob, 1, size, f) : 0;
	}
	fclose(f);
	if (size <= 0 || handle->blob_bytes != (size_t)size)
		return ingot_error_set(err, -EINVAL,
				       "%s: %s: %ld bytes: not a device tree blob of at most %d bytes",
				       uri, path, size, ING_ROM_MAX_BYTES);
	return 0;
}

static int read_config(struct ingot_core_handle *handle, const char *uri, const char *name,
		       struct ingot_error *err)
{
	char path[PATH_MAX];
	int ret;

	if (strchr(name, '/') || strstr(name, ".dtb"))
		snprintf(path, sizeof(path), "%s", name);
	else
		ingot_core_path(path, sizeof(path), "configs", name, ".dtb");
	ret = read_blob(handle, uri, path, err);
	return ret ? ret :
		     ingot_config_read(handle->blob, handle->blob_bytes, &handle->config, err);
}

static int open_rtl(struct ingot_core_handle *handle, const char *uri, const char *name,
		    const struct ing_core_options *options, const struct ing_host *host,
		    struct ingot_error *err)
{
	char path[PATH_MAX];
	ing_core_create_fn create;

	ingot_core_path(path, sizeof(path), "rtl", name, ".so");
	handle->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!handle->library)
		return ingot_error_set(err, -ENOENT,
				       "%s: no Verilated core %s: %s; build it with 'make build/rtl/%s.so'",
				       uri, path, dlerror(), name);
	create = (ing_core_create_fn)dlsym(handle->library, "ing_core_rtl_create");
	if (!create)
		return ingot_error_set(err, -EINVAL, "%s: %s: %s", uri, path, dlerror());
	handle->core = create(handle->blob, handle->blob_bytes, host, options, err);
	return handle->core ? 0 : -ENODEV;
}

static int load(struct ingot_core_handle *handle, const char *uri,
		const struct ing_core_options *options, const struct ing_host *host,
		struct ingot_error *err)
{
	bool rtl = !strncmp(uri, "rtl:", 4);
	const char *name = strchr(uri, ':');
	int ret;

	if (!rtl && strncmp(uri, "func:", 5))
		return ingot_error_set(err, -EINVAL,
				       "device '%s' is unknown: use drm:NODE, func:CONFIG or rtl:CONFIG, for example rtl:sim512",
				       uri);
	if (!*++name)
		name = rtl ? "sim512" : DEFAULT_FUNC_CONFIG;
	ret = read_config(handle, uri, name, err);
	if (ret)
		return ret;
	if (rtl)
		return open_rtl(handle, uri, name, options, host, err);
	handle->core = ing_core_func_create(handle->blob, handle->blob_bytes, host, options, err);
	return handle->core ? 0 : -ENODEV;
}

int ingot_core_load(struct ingot_core_handle *handle, const char *uri,
		    const struct ing_core_options *options, const struct ing_host *host,
		    struct ingot_error *err)
{
	int ret;

	memset(handle, 0, sizeof(*handle));
	ret = load(handle, uri, options, host, err);
	if (ret)
		ingot_core_unload(handle);
	return ret;
}

void ingot_core_unload(struct ingot_core_handle *handle)
{
	if (handle->core)
		handle->core->ops->destroy(handle->core);
	if (handle->library)
		dlclose(handle->library);
	free(handle->blob);
	memset(handle, 0, sizeof(*handle));
}
