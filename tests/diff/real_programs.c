// SPDX-License-Identifier: MIT
/* The programs that the runtime makes of a model. */
#include <errno.h>
#include <string.h>

#include "hostile.h"

/* the lowering numbers its slots itself */
#undef SLOT_KV
#include "runtime/model/model.h"

static int lower(struct ingot_model *m, struct lower_args *args, struct commands *to, struct ingot_error *err)
{
	struct kv_layout kv;
	struct program *p;

	kv_plan(&kv, &m->hp, m->context);
	args->hp = &m->hp;
	args->w = &m->weights;
	args->kv = &kv;
	args->config = ingot_device_config(m->dev);
	p = lower_model(args, err);
	if (!p)
		return -EINVAL;
	to->count = program_size(p) < HOSTILE_COMMANDS ? program_size(p) : HOSTILE_COMMANDS;
	memcpy(to->cmds, program_at(p, 0), to->count * sizeof(to->cmds[0]));
	program_destroy(p);
	return 0;
}

int real_programs(const char *uri, const char *path, struct commands programs[REAL_PROGRAMS],
		  struct ingot_error *err)
{
	static struct lower_args args[REAL_PROGRAMS] = {
		{ .columns = 2, .end = END_LOGITS },
		{ .columns = 1, .end = END_DECODE, .sampling = { { .top_k = 1 } } },
		{ .columns = 1, .end = END_DECODE, .sampling = { { .top_k = 8, .temperature = 1 } } },
	};
	const struct ingot_open_options options = { .threads = 1 };
	const struct ingot_model_params params = { .context = 64 };
	struct ingot_device *dev = ingot_open(uri, &options, err);
	struct ingot_model *m = dev ? ingot_model_load(dev, path, &params, err) : NULL;
	int ret = m ? 0 : -EINVAL;

	for (unsigned int i = 0; !ret && i < REAL_PROGRAMS; i++)
		ret = lower(m, &args[i], &programs[i], err);
	ingot_model_free(m);
	ingot_close(dev);
	return ret;
}
