// SPDX-License-Identifier: MIT
/*
 * Configurations from device trees: what is read, and what a bad tree is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "hw/core.h"
#include "ingot/config.h"
#include "ingot/error.h"
#include "ingot/regs.h"

#define TREE_BYTES 4096

/* A good tree with room to edit */
static void make_tree(void *tree)
{
	static const char *const names[] = { "ingot,port-bits", "ingot,tile-m",
					     "ingot,scratch-lines", "ingot,act-blocks",
					     "ingot,fifo-beats", "ingot,scalars", "ingot,topk" };
	static const uint32_t values[] = { 128, 1, 256, 64, 32, 16, 8 };
	int core, memory;

	assert_int_equal(fdt_create_empty_tree(tree, TREE_BYTES), 0);
	fdt_setprop_string(tree, 0, "compatible", "ingot,core");
	fdt_setprop_string(tree, 0, "model", "some");
	fdt_setprop_u32(tree, 0, "#address-cells", 2);
	fdt_setprop_u32(tree, 0, "#size-cells", 2);
	memory = fdt_add_subnode(tree, 0, "memory@0");
	fdt_appendprop_u64(tree, memory, "reg", 0);
	fdt_appendprop_u64(tree, memory, "reg", 1 << 20);
	core = fdt_add_subnode(tree, 0, "core");
	for (unsigned int i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		fdt_setprop_u32(tree, core, names[i], values[i]);
	fdt_setprop_string(tree, core, "ingot,formats", "q4");
	fdt_appendprop_string(tree, core, "ingot,formats", "q16");
	assert_int_equal(fdt_setprop_u32(tree, core, "clock-frequency", 100000000), 0);
}

static int node(const void *tree, const char *path)
{
	int offset = fdt_path_offset(tree, path);

	assert_true(offset >= 0);
	return offset;
}

static void assert_refused(const void *tree, size_t bytes, const char *needle)
{
	struct ingot_config config;
	struct ingot_error err = { 0 };

	assert_int_equal(ingot_config_read(tree, bytes, &config, &err), -EINVAL);
	if (!strstr(err.text, needle))
		fail_msg("'%s' does not name '%s'", err.text, needle);
}

static void test_good(void **state)
{
	struct ingot_config config;
	uint8_t tree[TREE_BYTES];

	(void)state;
	make_tree(tree);
	assert_int_equal(ingot_config_read(tree, sizeof(tree), &config, NULL), 0);
	assert_string_equal(config.model, "some");
	assert_int_equal(config.port_bits, 128);
	assert_int_equal(config.tile_m, 1);
	assert_int_equal(config.scratch_lines, 256);
	assert_int_equal(config.act_blocks, 64);
	assert_int_equal(config.fifo_beats, 32);
	assert_int_equal(config.scalars, 16);
	assert_int_equal(config.topk, 8);
	assert_int_equal(config.formats, INGOT_FORMAT_Q4 | INGOT_FORMAT_Q16);
	assert_int_equal(config.clock_hz, 100000000);
	assert_int_equal(config.memory_bytes, 1 << 20);
	assert_string_equal(ingot_format_name(INGOT_FORMAT_Q8M), "q8m");
	assert_string_equal(ingot_format_name(0), "?");
}

static void test_numbers(void **state)
{
	static const struct {
		const char *name, *needle;
		uint32_t value;
	} wrong[] = {
		{ "ingot,port-bits", "'ingot,port-bits' is 96", 96 },
		{ "ingot,port-bits", "'ingot,port-bits' is 1024", 1024 },
		{ "ingot,tile-m", "'ingot,tile-m' is 0", 0 },
		{ "ingot,tile-m", "'ingot,tile-m' is 256", 256 },
		{ "ingot,scratch-lines", "is 65537", 65537 },
		{ "ingot,act-blocks", "is 4294967295", 0xffffffff },
		{ "ingot,fifo-beats", "'ingot,fifo-beats' is 65537", 65537 },
		{ "ingot,scalars", "'ingot,scalars' is 0", 0 },
		{ "ingot,topk", "'ingot,topk' is 0", 0 },
		{ "clock-frequency", "'clock-frequency' is 0", 0 },
	};
	uint8_t tree[TREE_BYTES];

	(void)state;
	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		make_tree(tree);
		fdt_setprop_u32(tree, node(tree, "/core"), wrong[i].name, wrong[i].value);
		assert_refused(tree, sizeof(tree), wrong[i].needle);
		make_tree(tree);
		fdt_delprop(tree, node(tree, "/core"), wrong[i].name);
		assert_refused(tree, sizeof(tree), wrong[i].name);
		make_tree(tree);
		fdt_appendprop_u32(tree, node(tree, "/core"), wrong[i].name, 1);
		assert_refused(tree, sizeof(tree), "8 bytes");
	}
}

static void test_texts(void **state)
{
	uint8_t tree[TREE_BYTES];

	(void)state;
	make_tree(tree);
	fdt_setprop_string(tree, node(tree, "/core"), "ingot,formats", "q5");
	assert_refused(tree, sizeof(tree), "'q5'");
	make_tree(tree);
	fdt_setprop(tree, node(tree, "/core"), "ingot,formats", "q4", 2);
	assert_refused(tree, sizeof(tree), "'ingot,formats'");
	make_tree(tree);
	fdt_setprop_string(tree, 0, "compatible", "other,core");
	assert_refused(tree, sizeof(tree), "'compatible'");
	make_tree(tree);
	fdt_setprop_string(tree, 0, "model", "");
	assert_refused(tree, sizeof(tree), "'model'");
	make_tree(tree);
	fdt_del_node(tree, node(tree, "/core"));
	assert_refused(tree, sizeof(tree), "'core'");
}

static void test_memory(void **state)
{
	static const uint64_t wrong[] = { 0, 100, 1ull << 38, ~0ull };
	uint8_t tree[TREE_BYTES];

	(void)state;
	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		make_tree(tree);
		fdt_delprop(tree, node(tree, "/memory@0"), "reg");
		fdt_appendprop_u64(tree, node(tree, "/memory@0"), "reg", 0);
		fdt_appendprop_u64(tree, node(tree, "/memory@0"), "reg", wrong[i]);
		assert_refused(tree, sizeof(tree), "size of the memory");
	}
	make_tree(tree);
	fdt_appendprop_u32(tree, node(tree, "/memory@0"), "reg", 0);
	assert_refused(tree, sizeof(tree), "'reg'");
	make_tree(tree);
	fdt_setprop_u32(tree, 0, "#size-cells", 1);
	assert_refused(tree, sizeof(tree), "#size-cells");
	make_tree(tree);
	fdt_del_node(tree, node(tree, "/memory@0"));
	assert_refused(tree, sizeof(tree), "'memory'");
}

/* Cut at every length, or with any bit turned: refused or read, never out of bounds */
static void test_damaged(void **state)
{
	uint8_t tree[TREE_BYTES], *exact;
	struct ingot_config config;
	size_t bytes;

	(void)state;
	make_tree(tree);
	fdt_pack(tree);
	bytes = fdt_totalsize(tree);
	for (size_t n = 0; n < bytes; n++) {
		exact = malloc(n ? n : 1);
		memcpy(exact, tree, n);
		assert_refused(exact, n, "not a valid blob");
		free(exact);
	}
	for (size_t bit = 0; bit < bytes * 8; bit++) {
		exact = malloc(bytes);
		memcpy(exact, tree, bytes);
		exact[bit / 8] ^= 1 << bit % 8;
		ingot_config_read(exact, bytes, &config, NULL);
		free(exact);
	}
}

static void test_core_refuses(void **state)
{
	static const struct ing_host host;
	struct ing_core_options options = { .isa = "z80" };
	struct ingot_error err;
	static uint8_t tree[ING_ROM_MAX_BYTES + TREE_BYTES];

	(void)state;
	make_tree(tree);
	assert_null(ing_core_func_create(tree, TREE_BYTES, &host, &options, &err));
	assert_non_null(strstr(err.text, "'z80'"));
	assert_null(ing_core_func_create(tree, sizeof(tree), &host, NULL, &err));
	assert_non_null(strstr(err.text, "takes 16384"));
	assert_null(ing_core_func_create(tree, 10, &host, NULL, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	 cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_texts),	 cmocka_unit_test(test_memory),
		cmocka_unit_test(test_damaged),	 cmocka_unit_test(test_core_refuses),
	};

	return cmocka_run_group_tests_name("func: configurations", tests, NULL, NULL);
}
