// SPDX-License-Identifier: MIT
/* The filter tojson, as transformers has it: json.dumps(), which leaves text beyond ASCII alone. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "json_value.h"

/**
 * struct writer - a text being written
 * @r: the rendering
 * @at: where in the source
 * @out: the text
 * @indent: what a level of nesting is indented by; data NULL: all on one line
 * @level: of nesting
 * @sort: keys are sorted
 * @ascii: the rest is escaped
 */
struct writer {
	struct render *r;
	size_t at;
	struct buffer out;
	struct str indent;
	unsigned int level;
	bool sort, ascii;
};

static void put(struct writer *w, const char *text)
{
	buffer_put(w->r, &w->out, (struct str){ text, strlen(text) });
}

static void put_string(struct writer *w, struct str s)
{
	static const char special[] = "\"\\\n\r\t\f\b", letters[] = "\"\\nrtfb";
	size_t begin = 0;

	put(w, "\"");
	render_charge(w->r, w->at, s.len / 8);
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.data[i];
		const char *found = c ? strchr(special, c) : NULL;
		char text[8];

		if (c >= 0x80 && w->ascii)
			tpl_unsupported(&w->r->t, w->at,
					"tojson(ensure_ascii=true) of text beyond ASCII");
		if (c >= 0x20 && !found)
			continue;
		buffer_put(w->r, &w->out, (struct str){ s.data + begin, i - begin });
		if (found)
			snprintf(text, sizeof(text), "\\%c", letters[found - special]);
		else
			snprintf(text, sizeof(text), "\\u%04x", c);
		put(w, text);
		begin = i + 1;
	}
	if (s.len > begin)
		buffer_put(w->r, &w->out, (struct str){ s.data + begin, s.len - begin });
	put(w, "\"");
}

static void line(struct writer *w)
{
	if (!w->indent.data)
		return;
	put(w, "\n");
	for (unsigned int i = 0; i < w->level; i++)
		buffer_put(w->r, &w->out, w->indent);
}

static void comma(struct writer *w)
{
	put(w, w->indent.data ? "," : ", ");
}

static void put_value(struct writer *w, struct tv v);

static void put_list(struct writer *w, const struct tv_list *list)
{
	if (!list->count) {
		put(w, "[]");
		return;
	}
	put(w, "[");
	w->level++;
	for (size_t i = 0; i < list->count; i++) {
		if (i)
			comma(w);
		line(w);
		put_value(w, list->items[i]);
	}
	w->level--;
	line(w);
	put(w, "]");
}

/* Keys that are no strings become some. */
static void put_key(struct writer *w, struct tv key)
{
	struct tv text = { .type = TV_STRING };

	if (key.type != TV_STRING) {
		struct writer inner = { .r = w->r, .at = w->at };

		put_value(&inner, key);
		text.s = (struct str){ inner.out.data, inner.out.len };
		key = text;
	}
	put_string(w, key.s);
	put(w, ": ");
}

/* The next key of a dict in order, behind @last (or the first); selection, as dicts are small. */
static size_t next_sorted(struct writer *w, const struct tv_list *keys, const struct tv *last)
{
	size_t best = keys->count;

	for (size_t i = 0; i < keys->count; i++) {
		const struct tv *key = &keys->items[i];

		if (last && !compare(w->r, w->at, '>', *key, *last))
			continue;
		if (best == keys->count || compare(w->r, w->at, '<', *key, keys->items[best]))
			best = i;
	}
	return best;
}

static void put_dict(struct writer *w, const struct tv_dict *d)
{
	const struct tv *last = NULL;

	if (!d->keys.count) {
		put(w, "{}");
		return;
	}
	put(w, "{");
	w->level++;
	for (size_t i = 0; i < d->keys.count; i++) {
		size_t k = w->sort ? next_sorted(w, &d->keys, last) : i;

		if (i)
			comma(w);
		line(w);
		last = &d->keys.items[k];
		put_key(w, *last);
		put_value(w, d->values.items[k]);
	}
	w->level--;
	line(w);
	put(w, "}");
}

static void put_value(struct writer *w, struct tv v)
{
	render_charge(w->r, w->at, 1);
	render_enter(w->r, w->at);
	switch (v.type) {
	case TV_NONE:
		put(w, "null");
		break;
	case TV_BOOL:
		put(w, v.b ? "true" : "false");
		break;
	case TV_INT:
		write_value(w->r, w->at, &w->out, v);
		break;
	case TV_FLOAT:
		if (v.f - v.f != 0)
			tpl_unsupported(&w->r->t, w->at, "tojson of an infinite number");
		write_float(w->r, &w->out, v.f);
		break;
	case TV_STRING:
		put_string(w, v.s);
		break;
	case TV_LIST:
	case TV_TUPLE:
		put_list(w, v.list);
		break;
	case TV_DICT:
		put_dict(w, v.dict);
		break;
	default:
		tpl_fail(&w->r->t, w->at, -EINVAL, "tojson of %s", tv_type_name(v));
	}
	w->r->depth--;
}

static struct str indentation(struct render *r, const struct call *c, struct tv v)
{
	static const char spaces[] = "                                ";

	if (v.type == TV_STRING)
		return v.s;
	if (call_int(r, c, v) > (int64_t)sizeof(spaces) - 1)
		tpl_unsupported(&r->t, c->at, "tojson with so wide an indent");
	return (struct str){ spaces, tv_as_int(v) > 0 ? (size_t)tv_as_int(v) : 0 };
}

struct tv filter_tojson(struct render *r, struct call *c)
{
	struct writer w = { .r = r, .at = c->at };

	if (call_given(c, 2))
		tpl_unsupported(&r->t, c->at, "tojson with separators");
	w.ascii = call_given(c, 0) && tv_true(c->args[0]);
	if (call_given(c, 1) && c->args[1].type != TV_NONE)
		w.indent = indentation(r, c, c->args[1]);
	w.sort = call_given(c, 3) && tv_true(c->args[3]);
	put_value(&w, c->self);
	return tv_str((struct str){ w.out.data, w.out.len });
}
