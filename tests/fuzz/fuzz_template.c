// SPDX-License-Identifier: MIT
/*
 * Any text as a chat template: it is read and rendered, or refused with one line that says where; the
 * same text twice in the same way, and within its limits.
 */
#include "fuzz.h"
#include "runtime/template/arena.h"
#include "runtime/template/chars.h"
#include "runtime/template/template.h"

static const struct template_limits limits = { .memory = 4 << 20, .steps = 50000 };

static struct str string(const char *s)
{
	return (struct str){ s, strlen(s) };
}

static void add(struct arena *a, struct tv dict, const char *key, struct tv value)
{
	fuzz_check(tv_dict_set(a, dict.dict, tv_str(string(key)), value), "no memory");
}

static struct tv message(struct arena *a, const char *role, const char *content)
{
	struct tv dict = tv_dict_new(a, TV_DICT);

	add(a, dict, "role", tv_str(string(role)));
	add(a, dict, "content", tv_str(string(content)));
	return dict;
}

static struct tv variables(struct arena *a)
{
	struct tv vars = tv_dict_new(a, TV_DICT), list = tv_list_new(a, TV_LIST);

	tv_list_add(a, list.list, message(a, "system", " Be brief. "));
	tv_list_add(a, list.list, message(a, "user", "na\xc3\xafve \xe6\x97\xa5\xe6\x9c\xac\n'\"<>\\"));
	tv_list_add(a, list.list, message(a, "assistant", "<think>a</think> b"));
	tv_list_add(a, list.list, message(a, "user", ""));
	add(a, vars, "messages", list);
	add(a, vars, "add_generation_prompt", tv_bool(true));
	add(a, vars, "tools", tv_none());
	add(a, vars, "bos_token", tv_str(STR("<s>")));
	add(a, vars, "eos_token", tv_str(STR("</s>")));
	add(a, vars, "n", tv_int(7));
	add(a, vars, "f", tv_float(2.5));
	return vars;
}

static void check_error(const struct ingot_error *err)
{
	fuzz_check(err->code < 0, "an error without a code");
	fuzz_check(!strncmp(err->text, "fuzz: ", 6), "an error that does not say of what");
	fuzz_check(!strchr(err->text, '\n'), "an error of two lines");
}

static void render(const struct template *t, struct tv vars)
{
	struct ingot_error err[2] = { 0 };
	char *text[2] = { NULL, NULL };
	size_t len[2];
	int ret[2];

	for (int i = 0; i < 2; i++) {
		ret[i] = template_render(t, vars, 0, &limits, &text[i], &len[i], &err[i]);
		if (ret[i])
			check_error(&err[i]);
		else
			fuzz_check(len[i] <= limits.memory && !text[i][len[i]], "a text over the limit");
	}
	fuzz_check(ret[0] == ret[1], "not the same again");
	if (!ret[0]) {
		fuzz_check(utf8_valid((struct str){ text[0], len[0] }), "a text that is not UTF-8");
		fuzz_check(len[0] == len[1] && !memcmp(text[0], text[1], len[0]), "another text");
	}
	free(text[0]);
	free(text[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { .limit = 1 << 20 };
	struct tv vars = variables(&arena);
	struct ingot_error err = { 0 };
	struct template *t = template_parse("fuzz", (const char *)data, size, &err);

	if (t)
		render(t, vars);
	else
		check_error(&err);
	template_free(t);
	arena_free(&arena);
	return 0;
}
