// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The configuration: a flattened device tree in the device's ROM. Modules cannot call the kernel's
 * parser, and little is wanted: the size of the memory and a name. What the device says is not
 * trusted.
 */
#include <linux/align.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "ingot_drv.h"

#define FDT_MAGIC 0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_NOP 4
/* Offsets in the header. */
#define FDT_TOTAL_BYTES 4
#define FDT_OFF_STRUCT 8
#define FDT_OFF_STRINGS 12
#define FDT_SIZE_STRINGS 32
#define FDT_SIZE_STRUCT 36
#define FDT_HEADER_BYTES 40

/* Two cells of address, two of size. */
#define REG_BYTES 16

/**
 * struct walk - a walk over the structure block
 * @tree: its first byte
 * @at: next byte of the block
 * @end: its end
 * @strings: names of properties
 * @strings_end: their end
 */
struct walk {
	const u8 *tree;
	u32 at, end;
	u32 strings, strings_end;
};

static u32 cell(const struct walk *walk, u32 at)
{
	return get_unaligned_be32(walk->tree + at);
}

static bool has(const struct walk *walk, u32 bytes)
{
	return bytes <= walk->end - walk->at;
}

static int begin(struct walk *walk, const void *config, u32 bytes)
{
	u32 total;

	walk->tree = config;
	if (bytes < FDT_HEADER_BYTES || cell(walk, 0) != FDT_MAGIC)
		return -EINVAL;
	total = min(cell(walk, FDT_TOTAL_BYTES), bytes);
	walk->at = cell(walk, FDT_OFF_STRUCT);
	walk->strings = cell(walk, FDT_OFF_STRINGS);
	if (check_add_overflow(walk->at, cell(walk, FDT_SIZE_STRUCT), &walk->end) ||
	    check_add_overflow(walk->strings, cell(walk, FDT_SIZE_STRINGS), &walk->strings_end))
		return -EINVAL;
	if (walk->at % 4 || walk->end > total || walk->strings_end > total)
		return -EINVAL;
	return 0;
}

/* A string that ends before @end; NULL if it does not */
static const char *string(const struct walk *walk, u32 at, u32 end)
{
	const char *s = (const char *)walk->tree + at;

	if (at >= end || strnlen(s, end - at) == end - at)
		return NULL;
	return s;
}

/**
 * struct wanted - a property that is looked for
 * @node: name of its node, a child of the root, without what follows an @; "": the root itself
 * @name: its name
 * @value: its value, once it is found
 * @bytes: of @value
 */
struct wanted {
	const char *node;
	const char *name;
	const u8 *value;
	u32 bytes;
};

static bool is_node(const char *name, const char *wanted)
{
	size_t length = strlen(wanted);

	return strstarts(name, wanted) && (!name[length] || name[length] == '@');
}

/* Enters a node at a depth of @depth: 1 is the root, whose name is empty */
static int enter_node(struct walk *walk, unsigned int depth, const struct wanted *wanted,
		      bool *here)
{
	const char *name = string(walk, walk->at, walk->end);

	if (!name)
		return -EINVAL;
	*here = depth == (*wanted->node ? 2 : 1) && is_node(name, wanted->node);
	walk->at = min(ALIGN(walk->at + (u32)strlen(name) + 1, 4), walk->end);
	return 0;
}

/* Reads a property of a node that is the wanted one if @here */
static int read_property(struct walk *walk, bool here, struct wanted *wanted)
{
	const char *name;
	u32 bytes, offset;

	if (!has(walk, 8))
		return -EINVAL;
	bytes = cell(walk, walk->at);
	offset = cell(walk, walk->at + 4);
	walk->at += 8;
	if (!has(walk, bytes) || offset > walk->strings_end - walk->strings)
		return -EINVAL;
	name = string(walk, walk->strings + offset, walk->strings_end);
	if (!name)
		return -EINVAL;
	if (here && !strcmp(name, wanted->name)) {
		wanted->value = walk->tree + walk->at;
		wanted->bytes = bytes;
	}
	walk->at = min(ALIGN(walk->at + bytes, 4), walk->end);
	return 0;
}

/* Walks to the first property that is wanted */
static int find(struct walk *walk, struct wanted *wanted)
{
	unsigned int depth = 0;
	bool here = false;
	int ret = 0;

	while (!ret && has(walk, 4)) {
		u32 token = cell(walk, walk->at);

		walk->at += 4;
		switch (token) {
		case FDT_BEGIN_NODE:
			ret = enter_node(walk, ++depth, wanted, &here);
			break;
		case FDT_END_NODE:
			here = false;
			ret = depth-- ? 0 : -EINVAL;
			break;
		case FDT_PROP:
			ret = read_property(walk, here, wanted);
			if (!ret && wanted->value)
				return 0;
			break;
		case FDT_NOP:
			break;
		default:
			return -EINVAL;
		}
	}
	return -EINVAL;
}

static int find_in(const void *config, u32 bytes, struct wanted *wanted)
{
	struct walk walk;

	return begin(&walk, config, bytes) ?: find(&walk, wanted);
}

/**
 * ingot_config_memory_bytes() - finds the size of device memory in a configuration
 * @config: flattened device tree, of unknown honesty
 * @bytes: of @config
 * @memory_bytes: the size
 *
 * Return: 0, or -EINVAL if it does not say, or says what cannot be.
 */
int ingot_config_memory_bytes(const void *config, u32 bytes, u64 *memory_bytes)
{
	struct wanted reg = { .node = "memory", .name = "reg" };
	u64 size;

	if (find_in(config, bytes, &reg) || reg.bytes != REG_BYTES)
		return -EINVAL;
	size = get_unaligned_be64(reg.value + 8);
	if (size < INGOT_GRANULE || size % INGOT_GRANULE || size / INGOT_UNIT > U32_MAX)
		return -EINVAL;
	*memory_bytes = size;
	return 0;
}

/**
 * ingot_config_model() - finds the name of a configuration
 * @config: flattened device tree, of unknown honesty
 * @bytes: of @config
 *
 * Return: the name, within @config; "unknown" if it does not say.
 */
const char *ingot_config_model(const void *config, u32 bytes)
{
	struct wanted model = { .node = "", .name = "model" };

	if (find_in(config, bytes, &model) || !model.bytes || model.value[model.bytes - 1])
		return "unknown";
	return (const char *)model.value;
}
