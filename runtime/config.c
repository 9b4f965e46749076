// SPDX-License-Identifier: MIT
#include "ingot/config.h"

#include <errno.h>
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include "ingot/error.h"
#include "ingot/tile.h"

/* Every number of the core node, its range, and where it goes. */
static const struct property {
	const char *name;
	uint32_t min, max;
	size_t member;
	int power_of_two;
} properties[] = {
	{ "ingot,port-bits", 32, 512, offsetof(struct ingot_config, port_bits), 1 },
	{ "ingot,tile-m", 1, 255, offsetof(struct ingot_config, tile_m), 0 },
	{ "ingot,scratch-lines", 16, 65536, offsetof(struct ingot_config, scratch_lines), 0 },
	{ "ingot,act-blocks", 1, 65536, offsetof(struct ingot_config, act_blocks), 0 },
	{ "ingot,fifo-beats", 0, 65536, offsetof(struct ingot_config, fifo_beats), 0 },
	{ "ingot,scalars", 1, 65536, offsetof(struct ingot_config, scalars), 0 },
	{ "ingot,topk", 1, 65536, offsetof(struct ingot_config, topk), 0 },
};

static const char *const format_names[] = { "q4", "q4m", "q8", "q8m", "q16" };

#define FORMATS (sizeof(format_names) / sizeof(format_names[0]))

const char *ingot_format_name(uint32_t bit)
{
	for (unsigned int i = 0; i < FORMATS; i++)
		if (bit == 1u << i)
			return format_names[i];
	return "?";
}

static int read_u32(const void *dtb, int node, const char *name, uint32_t *value,
		    struct ingot_error *err)
{
	fdt32_t cell;
	int len;
	const void *data = fdt_getprop(dtb, node, name, &len);

	if (!data)
		return ingot_error_set(err, -EINVAL,
				       "device tree: node 'core' has no property '%s'", name);
	if (len != sizeof(cell))
		return ingot_error_set(err, -EINVAL,
				       "device tree: property '%s' has %d bytes, not one cell of 4",
				       name, len);
	memcpy(&cell, data, sizeof(cell));
	*value = fdt32_to_cpu(cell);
	return 0;
}

static int read_number(const void *dtb, int node, const struct property *p,
		       struct ingot_config *config, struct ingot_error *err)
{
	uint32_t value;
	int ret = read_u32(dtb, node, p->name, &value, err);

	if (ret)
		return ret;
	if (value < p->min || value > p->max || (p->power_of_two && (value & (value - 1))))
		return ingot_error_set(err, -EINVAL,
				       "device tree: property '%s' is %" PRIu32
				       ", must be %s%" PRIu32 " to %" PRIu32,
				       p->name, value, p->power_of_two ? "a power of two, " : "",
				       p->min, p->max);
	memcpy((char *)config + p->member, &value, sizeof(value));
	return 0;
}

static int read_clock(const void *dtb, int node, struct ingot_config *config,
		      struct ingot_error *err)
{
	uint32_t hz;
	int ret = read_u32(dtb, node, "clock-frequency", &hz, err);

	if (ret)
		return ret;
	if (!hz)
		return ingot_error_set(err, -EINVAL,
			       "device tree: property 'clock-frequency' is 0, must be hertz");
	config->clock_hz = hz;
	return 0;
}

static int read_formats(const void *dtb, int node, struct ingot_config *config,
			struct ingot_error *err)
{
	int n = fdt_stringlist_count(dtb, node, "ingot,formats");

	config->formats = 0;
	for (int i = 0; i < n; i++) {
		const char *name = fdt_stringlist_get(dtb, node, "ingot,formats", i, NULL);
		unsigned int f = 0;

		while (f < FORMATS && strcmp(name, format_names[f]))
			f++;
		if (f == FORMATS)
			return ingot_error_set(err, -EINVAL,
					       "device tree: property 'ingot,formats' has '%.100s', "
					       "known are q4, q4m, q8, q8m, q16", name);
		config->formats |= 1u << f;
	}
	if (!config->formats)
		return ingot_error_set(err, -EINVAL,
			       "device tree: property 'ingot,formats' is not a list of names");
	return 0;
}

static int read_memory(const void *dtb, struct ingot_config *config, struct ingot_error *err)
{
	int node = fdt_subnode_offset(dtb, 0, "memory"), len;
	const char *reg;
	fdt64_t size;

	if (node < 0)
		return ingot_error_set(err, -EINVAL, "device tree: there is no node 'memory'");
	if (fdt_address_cells(dtb, 0) != 2 || fdt_size_cells(dtb, 0) != 2)
		return ingot_error_set(err, -EINVAL,
			       "device tree: #address-cells and #size-cells must both be 2");
	reg = fdt_getprop(dtb, node, "reg", &len);
	if (!reg || len != 16)
		return ingot_error_set(err, -EINVAL,
			       "device tree: property 'reg' of node 'memory' is %d bytes long, "
			       "must be one address and one size, 16 bytes", reg ? len : 0);
	memcpy(&size, reg + 8, sizeof(size));
	config->memory_bytes = fdt64_to_cpu(size);
	if (!config->memory_bytes || config->memory_bytes % ING_UNIT_BYTES ||
	    config->memory_bytes / ING_UNIT_BYTES > UINT32_MAX)
		return ingot_error_set(err, -EINVAL,
			       "device tree: size of the memory is %" PRIu64 " bytes, must be "
			       "a multiple of %d and less than 256 GiB", config->memory_bytes,
			       ING_UNIT_BYTES);
	return 0;
}

static int read_model(const void *dtb, struct ingot_config *config, struct ingot_error *err)
{
	const char *model;

	if (fdt_node_check_compatible(dtb, 0, "ingot,core"))
		return ingot_error_set(err, -EINVAL,
			       "device tree: property 'compatible' does not name 'ingot,core'");
	model = fdt_stringlist_get(dtb, 0, "model", 0, NULL);
	if (!model || !*model || strlen(model) >= sizeof(config->model))
		return ingot_error_set(err, -EINVAL,
			       "device tree: property 'model' is '%.100s', must be a name of 1 to "
			       "%zu characters", model ? model : "", sizeof(config->model) - 1);
	strcpy(config->model, model);
	return 0;
}

/* Bytes of a node's name, with its end and padding; 0 if it has no end. */
static uint32_t name_bytes(const char *name, uint32_t left)
{
	uint32_t len = strnlen(name, left);

	return len == left ? 0 : (len + FDT_TAGSIZE) & ~(FDT_TAGSIZE - 1u);
}

/* Bytes of the tag at @at, with what belongs to it; 0 if it does not end within @left. */
static uint32_t tag_bytes(const char *at, uint32_t left)
{
	const fdt32_t *words = (const fdt32_t *)at;
	uint32_t value;

	switch (fdt32_ld(words)) {
	case FDT_BEGIN_NODE:
		value = name_bytes(at + FDT_TAGSIZE, left - FDT_TAGSIZE);
		return value ? value + FDT_TAGSIZE : 0;
	case FDT_PROP:
		if (left < sizeof(struct fdt_property))
			return 0;
		value = fdt32_ld(words + 1);
		if (value > left - sizeof(struct fdt_property))
			return 0;
		return ((value + FDT_TAGSIZE - 1) & ~(FDT_TAGSIZE - 1u)) + sizeof(struct fdt_property);
	default:
		return FDT_TAGSIZE;
	}
}

/*
 * Whether every tag of the structure block ends within it. libfdt up to 1.6 adds a property's length
 * to its offset without a look at the carry: a length near 2^32 leads back, and round for ever.
 */
static int check_tags(const void *dtb)
{
	const char *at = (const char *)dtb + fdt_off_dt_struct(dtb);
	uint32_t left = fdt_size_dt_struct(dtb);

	while (left >= FDT_TAGSIZE) {
		uint32_t bytes = tag_bytes(at, left);

		if (!bytes || bytes > left)
			return -FDT_ERR_BADSTRUCTURE;
		at += bytes;
		left -= bytes;
	}
	return 0;
}

static int check_blob(const void *dtb, size_t dtb_bytes)
{
	int ret;

	if (dtb_bytes < sizeof(struct fdt_header))
		return -FDT_ERR_TRUNCATED;
	ret = fdt_check_header(dtb);
	if (ret)
		return ret;
	if (fdt_totalsize(dtb) > dtb_bytes)
		return -FDT_ERR_TRUNCATED;
	if (fdt_version(dtb) < 17)
		return -FDT_ERR_BADVERSION;
	ret = check_tags(dtb);
	return ret ? ret : fdt_check_full(dtb, dtb_bytes);
}

int ingot_config_read(const void *dtb, size_t dtb_bytes, struct ingot_config *config,
		      struct ingot_error *err)
{
	int ret = check_blob(dtb, dtb_bytes);
	int node;

	if (ret)
		return ingot_error_set(err, -EINVAL,
				       "device tree: not a valid blob of %zu bytes: %s", dtb_bytes,
				       fdt_strerror(ret));
	memset(config, 0, sizeof(*config));
	ret = read_model(dtb, config, err);
	if (ret)
		return ret;
	node = fdt_subnode_offset(dtb, 0, "core");
	if (node < 0)
		return ingot_error_set(err, -EINVAL, "device tree: there is no node 'core'");
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
		ret = read_number(dtb, node, &properties[i], config, err);
		if (ret)
			return ret;
	}
	ret = read_clock(dtb, node, config, err);
	if (!ret)
		ret = read_formats(dtb, node, config, err);
	return ret ? ret : read_memory(dtb, config, err);
}
