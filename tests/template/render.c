// SPDX-License-Identifier: MIT
/*
 * Renders templates for tests/template/compare: a line of standard input is a JSON object with the
 * template, its variables and the time; a line of standard output is one with text or error and code.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "runtime/template/arena.h"
#include "runtime/template/template.h"

static struct tv convert(struct arena *a, struct json_object *j)
{
	struct tv v;

	switch (json_object_get_type(j)) {
	case json_type_null:
		return tv_none();
	case json_type_boolean:
		return tv_bool(json_object_get_boolean(j));
	case json_type_int:
		return tv_int(json_object_get_int64(j));
	case json_type_double:
		return tv_float(json_object_get_double(j));
	case json_type_string:
		return tv_str((struct str){ json_object_get_string(j),
					    (size_t)json_object_get_string_len(j) });
	case json_type_array:
		v = tv_list_new(a, TV_LIST);
		for (size_t i = 0; i < json_object_array_length(j); i++)
			tv_list_add(a, v.list, convert(a, json_object_array_get_idx(j, i)));
		return v;
	default:
		v = tv_dict_new(a, TV_DICT);
		json_object_object_foreach(j, key, value)
			tv_dict_set(a, v.dict, tv_str((struct str){ key, strlen(key) }), convert(a, value));
		return v;
	}
}

static void answer(const struct ingot_error *err, const char *text, size_t len)
{
	struct json_object *out = json_object_new_object();

	if (err->code) {
		json_object_object_add(out, "error", json_object_new_string(err->text));
		json_object_object_add(out, "code", json_object_new_int(err->code));
	} else {
		json_object_object_add(out, "text", json_object_new_string_len(text, (int)len));
	}
	puts(json_object_to_json_string_ext(out, JSON_C_TO_STRING_PLAIN));
	json_object_put(out);
}

static void render(struct json_object *j)
{
	struct json_object *source = json_object_object_get(j, "template");
	struct arena arena = { .limit = (size_t)1 << 30 };
	struct tv vars = convert(&arena, json_object_object_get(j, "vars"));
	struct ingot_error err = { 0 };
	struct template *t = template_parse("test", json_object_get_string(source),
					    (size_t)json_object_get_string_len(source), &err);
	char *text = NULL;
	size_t len = 0;

	if (t)
		template_render(t, vars, json_object_get_int64(json_object_object_get(j, "now")),
				&TEMPLATE_LIMITS, &text, &len, &err);
	answer(&err, text, len);
	free(text);
	template_free(t);
	arena_free(&arena);
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;

	while (getline(&line, &room, stdin) > 0) {
		struct json_object *j = json_tokener_parse(line);

		render(j);
		json_object_put(j);
	}
	free(line);
	return 0;
}
