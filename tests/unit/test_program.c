// SPDX-License-Identifier: MIT
/* The program builder: fields, patches, and wait fields that follow from what commands touch. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "runtime/program/program.h"

static uint32_t wait_vec(const struct cmd *c)
{
	return c->w[0] >> ING_F_WAIT_VEC_L & 15;
}

static uint32_t wait_str(const struct cmd *c)
{
	return c->w[0] >> ING_F_WAIT_STR_L & 15;
}

static uint32_t fetch_wait(const struct cmd *c)
{
	return c->w[0] >> ING_F_FETCH_WAIT_L & 15;
}

static void add(struct program *p, uint32_t op, enum space space, uint64_t first, bool write)
{
	program_begin(p, op);
	if (write)
		program_writes(p, space, first, 4);
	else
		program_reads(p, space, first, 4);
	program_end(p);
}

static void waits_for_the_writer(void **unused)
{
	struct program *p = program_create();
	struct ingot_error err;

	(void)unused;
	add(p, ING_OP_VEC, SPACE_ACT, 0, true);
	add(p, ING_OP_VEC, SPACE_ACT, 8, true);
	add(p, ING_OP_MATMUL, SPACE_ACT, 2, false);	/* the first: one vector command behind it */
	add(p, ING_OP_MATMUL, SPACE_ACT, 11, false);	/* the second */
	add(p, ING_OP_MATMUL, SPACE_ACT, 12, false);	/* neither */
	add(p, ING_OP_VEC, SPACE_ACT, 12, true);	/* reader before it: the last stream command */
	assert_non_null(program_finish(p, &err));
	assert_int_equal(wait_vec(program_at(p, 2)), 2);
	assert_int_equal(wait_vec(program_at(p, 3)), 1);
	assert_int_equal(wait_vec(program_at(p, 4)), 0);
	assert_int_equal(wait_str(program_at(p, 5)), 1);
	program_destroy(p);
}

static void memory_holds_back_the_fetch_only(void **unused)
{
	struct program *p = program_create();

	(void)unused;
	add(p, ING_OP_VEC, SPACE_MEMORY, 0, true);
	add(p, ING_OP_MATMUL, SPACE_MEMORY, 3, false);
	add(p, ING_OP_MATMUL, SPACE_MEMORY, 4, false);
	assert_int_equal(fetch_wait(program_at(p, 1)), 1);
	assert_int_equal(wait_vec(program_at(p, 1)), 0);
	assert_int_equal(fetch_wait(program_at(p, 2)), 0);
	add(p, ING_OP_VEC, SPACE_MEMORY, 0, true);	/* overwrites what command 1 reads */
	assert_int_equal(wait_str(program_at(p, 3)), 2);
	program_destroy(p);
}

/* A wait field cannot say "all but the last 20": it must then wait for more, never for less. */
static void far_conflicts_wait_for_more(void **unused)
{
	struct program *p = program_create();

	(void)unused;
	add(p, ING_OP_VEC, SPACE_ACT, 0, true);
	for (unsigned int i = 0; i < 20; i++)
		add(p, ING_OP_VEC, SPACE_SCRATCH, 100, true);
	add(p, ING_OP_MATMUL, SPACE_ACT, 0, false);
	assert_int_equal(wait_vec(program_at(p, 21)), 15);
	program_destroy(p);
}

static void nothing_is_awaited_past_a_barrier(void **unused)
{
	struct program *p = program_create();

	(void)unused;
	add(p, ING_OP_VEC, SPACE_ACT, 0, true);
	program_barrier(p);
	add(p, ING_OP_MATMUL, SPACE_ACT, 0, false);
	assert_int_equal(wait_vec(program_at(p, 1)), 1);
	assert_int_equal(wait_str(program_at(p, 1)), 1);
	assert_int_equal(wait_vec(program_at(p, 2)), 0);
	program_destroy(p);
}

static void patches_take_the_places_they_can(void **unused)
{
	struct program *p = program_create();
	struct cmd *c = program_begin(p, ING_OP_MATMUL);

	(void)unused;
	program_patch(p, c, 4, 1, 1);
	program_patch(p, c, 3, 2, 77);
	program_patch(p, c, 5, 3, 1);
	assert_int_equal(c->w[1], (3 | 2 << 4) | (4 | 1 << 4) << 8 | (5 | 3 << 4) << 16);
	assert_int_equal(c->w[15], 77);
	program_end(p);
	assert_non_null(program_finish(p, NULL));
	program_begin(p, ING_OP_MATMUL);
	for (unsigned int i = 0; i < 4; i++)
		program_patch(p, program_at(p, 1), 4 + i, 1, 1);
	program_end(p);
	assert_null(program_finish(p, NULL));
	program_destroy(p);
}

static void values_that_do_not_fit_are_errors(void **unused)
{
	struct program *p = program_create();
	struct ingot_error err;

	(void)unused;
	cmd_set(p, program_begin(p, ING_OP_MATMUL), ING_S_DST, 65536);
	program_end(p);
	assert_null(program_finish(p, &err));
	assert_int_equal(err.code, -ERANGE);
	assert_non_null(strstr(err.text, "65536"));
	program_destroy(p);
}

static void notes_say_what_a_command_is_for(void **unused)
{
	struct program *p = program_create();
	char longer[100];

	(void)unused;
	memset(longer, 'x', sizeof(longer));
	add(p, ING_OP_VEC, SPACE_ACT, 0, true);
	program_layer(p, 7);
	program_part(p, "ffn");
	program_begin(p, ING_OP_MATMUL);
	program_tensor(p, "blk.7.ffn_up.weight", 12);
	program_end(p);
	program_begin(p, ING_OP_MATMUL);
	program_tensor(p, longer, sizeof(longer));
	program_end(p);
	program_layer(p, -1);
	add(p, ING_OP_VEC, SPACE_ACT, 0, true);
	assert_null(program_note(p, 0)->part);
	assert_int_equal(program_note(p, 0)->layer, -1);
	assert_string_equal(program_note(p, 1)->part, "ffn");
	assert_string_equal(program_note(p, 1)->tensor, "blk.7.ffn_up");
	assert_int_equal(program_note(p, 1)->layer, 7);
	assert_int_equal(strlen(program_note(p, 2)->tensor), sizeof(program_note(p, 2)->tensor) - 1);
	assert_string_equal(program_note(p, 3)->tensor, "");
	assert_int_equal(program_note(p, 3)->layer, -1);
	program_destroy(p);
}

static void symbols_reach_every_word_that_uses_them(void **unused)
{
	struct program *p = program_create();
	struct ingot_error err;
	struct cmd *c;

	(void)unused;
	for (uint32_t i = 0; i < 300; i++) {	/* more than there is room for at first */
		c = program_begin(p, ING_OP_LOAD);
		cmd_set(p, c, ING_S_OFFSET, 1000 + i);
		program_symbol(p, c, ING_S_OFFSET_W, i % 2, i % 2 ? 1 : 4);
		program_end(p);
	}
	assert_non_null(program_finish(p, &err));
	assert_int_equal(program_at(p, 0)->w[ING_S_OFFSET_W], 1000);
	program_set_symbol(p, 0, 7);
	program_set_symbol(p, 1, 5);
	program_set_symbol(p, 0, 3);	/* instead of 7 */
	for (uint32_t i = 0; i < 300; i++)
		assert_int_equal(program_at(p, i)->w[ING_S_OFFSET_W], 1000 + i + (i % 2 ? 5 : 12));
	c = program_begin(p, ING_OP_LOAD);	/* a use that comes when the value is there already */
	program_symbol(p, c, ING_S_OFFSET_W, 1, 2);
	program_end(p);
	assert_int_equal(program_at(p, 300)->w[ING_S_OFFSET_W], 10);
	program_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_for_the_writer),
		cmocka_unit_test(memory_holds_back_the_fetch_only),
		cmocka_unit_test(far_conflicts_wait_for_more),
		cmocka_unit_test(nothing_is_awaited_past_a_barrier),
		cmocka_unit_test(patches_take_the_places_they_can),
		cmocka_unit_test(values_that_do_not_fit_are_errors),
		cmocka_unit_test(notes_say_what_a_command_is_for),
		cmocka_unit_test(symbols_reach_every_word_that_uses_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
