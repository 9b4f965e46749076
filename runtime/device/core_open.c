// SPDX-License-Identifier: MIT
/* Devices of the in-process transport: by name, and as the reference of another device. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core_transport.h"

static int load_named(void *priv, const char *uri, const struct ing_host *host,
		      struct ingot_core_handle *handle, struct ingot_error *err)
{
	const struct ingot_open_options *options = priv;
	const struct ing_core_options core = {
		.threads = options->threads,
		.ideal_memory = options->ideal_memory,
		.isa = options->isa,
	};

	return ingot_core_load(handle, uri, &core, host, err);
}

struct ingot_device *ingot_core_device_open(const char *uri,
					   const struct ingot_open_options *options,
					   struct ingot_error *err)
{
	return ingot_core_device_make(uri, load_named, (void *)options, err);
}

static int load_reference(void *priv, const char *uri, const struct ing_host *host,
			  struct ingot_core_handle *handle, struct ingot_error *err)
{
	static const struct ing_core_options options = { .threads = 1, .isa = "scalar" };
	const struct ingot_device *of = priv;

	*handle = (struct ingot_core_handle){ .config = of->config, .blob_bytes = of->blob_bytes };
	handle->blob = malloc(of->blob_bytes);
	if (!handle->blob)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", uri);
	memcpy(handle->blob, of->blob, of->blob_bytes);
	handle->core = ing_core_func_create(handle->blob, handle->blob_bytes, host, &options, err);
	if (handle->core)
		return 0;
	ingot_core_unload(handle);
	return -ENODEV;
}

struct ingot_device *ingot_reference_open(const struct ingot_device *dev, struct ingot_error *err)
{
	return ingot_core_device_make("reference", load_reference, (void *)dev, err);
}
