/* SPDX-License-Identifier: MIT */
/*
 * From a URI to a device core: for the in-process transport and for the simulated board alike.
 */
#ifndef INGOT_CORE_LOAD_H
#define INGOT_CORE_LOAD_H

#include "hw/core.h"
#include "ingot/config.h"
#include "ingot/error.h"

/**
 * struct ingot_core_handle - a core and what belongs to it
 * @core: the core
 * @library: handle of the shared object that holds @core, or NULL
 * @blob: its device tree, @blob_bytes long
 * @blob_bytes: of @blob
 * @config: read from @blob
 */
struct ingot_core_handle {
	struct ing_core *core;
	void *library;
	void *blob;
	size_t blob_bytes;
	struct ingot_config config;
};

/**
 * ingot_core_load() - make the core that a URI names
 * @handle: filled in
 * @uri: func:CONFIG or rtl:CONFIG
 * @options: of the core, or NULL
 * @host: callbacks of the core (copied)
 * @err: filled on failure
 *
 * Return: 0, or negative errno with nothing left to free.
 */
int ingot_core_load(struct ingot_core_handle *handle, const char *uri,
		    const struct ing_core_options *options, const struct ing_host *host,
		    struct ingot_error *err);

/**
 * ingot_core_unload() - end a core and free what belongs to it
 * @handle: may be all zero; all zero afterwards
 */
void ingot_core_unload(struct ingot_core_handle *handle);

/**
 * ingot_core_path() - where a configuration or a Verilated core lies
 * @path: filled in
 * @size: room
 * @folder: "configs" or "rtl"
 * @name: of the configuration, or "" for the folder
 * @suffix: ".dtb", ".so" or ""
 */
void ingot_core_path(char *path, size_t size, const char *folder, const char *name,
		     const char *suffix);

#endif
