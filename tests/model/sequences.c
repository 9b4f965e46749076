// SPDX-License-Identifier: MIT
/*
 * sequences MODEL URI SEED COUNT [CONTEXT]: random sequences (prompts, lengths, ways to choose, reasons to
 * end) generate alone, and then all at once: tokens, logits, positions and ends must be the same,
 * bit by bit. Then what the interface must refuse. Status 0 if all is well; says what is not.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/model/model.h"

#define CONTEXT 64
#define PROMPT_MAX 20

struct job {
	int32_t prompt[PROMPT_MAX];
	uint32_t length;	/* of the prompt */
	uint32_t stop_after;	/* tokens after which the callback says stop */
	struct ingot_generate_params params;
	float *logits;
	int32_t tokens[CONTEXT + 1];
	uint32_t heard;
	struct ingot_sequence q;
};

static struct ingot_error err;
static const struct ingot_model_info *info;
static uint64_t state;
static uint32_t context = CONTEXT;	/* at most that */

static uint32_t below(uint32_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % n;
}

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, err.text);
	exit(1);
}

static bool on_token(void *priv, int32_t token)
{
	struct job *j = priv;

	if (j->heard > CONTEXT) {
		fprintf(stderr, "more tokens than the context holds\n");
		exit(1);
	}
	j->tokens[j->heard++] = token;
	return j->heard < j->stop_after;
}

static struct job *make_job(bool with_logits)
{
	struct job *j = calloc(1, sizeof(*j));

	if (!j)
		abort();
	j->length = 1 + below(context < PROMPT_MAX ? context : PROMPT_MAX);
	for (uint32_t i = 0; i < j->length; i++)
		j->prompt[i] = (int32_t)below(info->vocab);
	j->stop_after = below(4) ? UINT32_MAX : 1 + below(8);
	j->params = (struct ingot_generate_params){
		.count = below(5) ? 1 + below(24) : 4 * CONTEXT,
		.temperature = below(3) ? 0.3f + 0.1f * below(15) : 0,
		.top_k = 1 + below(8),
		.seed = (uint64_t)below(UINT32_MAX) << 32 | below(UINT32_MAX),
		.ignore_end = below(2),
		.token = on_token,
		.priv = j,
	};
	if (with_logits && below(3))
		j->params.logits = calloc((size_t)(CONTEXT + 1) * info->vocab, sizeof(float));
	return j;
}

/* A session of its own with all of the prompt but its last token in it. */
static void prepare(struct ingot_model *m, struct job *j)
{
	j->heard = 0;
	j->q = (struct ingot_sequence){ .token = j->prompt[j->length - 1], .params = j->params };
	j->q.session = ingot_session_create(m, &err);
	if (!j->q.session ||
	    ingot_session_feed(j->q.session, j->prompt, j->length - 1, NULL, &err))
		die("a session");
}

static struct job *copy_of(const struct job *j)
{
	struct job *k = calloc(1, sizeof(*k));

	if (!k)
		abort();
	*k = *j;
	k->params.priv = k;
	if (j->params.logits)
		k->params.logits = calloc((size_t)(CONTEXT + 1) * info->vocab, sizeof(float));
	return k;
}

static void finish(struct job *j)
{
	ingot_session_free(j->q.session);
	free(j->params.logits);
	free(j);
}

static int different(const struct job *a, const struct job *b, size_t number)
{
	const size_t floats = (size_t)a->q.made * info->vocab;
	const char *what = NULL;

	if (a->q.made != b->q.made || a->heard != b->heard || a->q.end != b->q.end)
		what = "length or end";
	else if (memcmp(a->tokens, b->tokens, a->heard * sizeof(a->tokens[0])))
		what = "tokens";
	else if (a->q.token != b->q.token ||
		 ingot_session_position(a->q.session) != ingot_session_position(b->q.session))
		what = "last token or position";
	else if (a->params.logits &&
		 memcmp(a->params.logits, b->params.logits, floats * sizeof(float)))
		what = "logits";
	if (what)
		fprintf(stderr, "sequence %zu: %s: alone %u tokens, end %d; with others %u, end %d\n",
			number, what, a->q.made, a->q.end, b->q.made, b->q.end);
	return what != NULL;
}

static int compare(struct ingot_model *m, size_t count, bool with_logits, unsigned int ends[5])
{
	struct job **alone = calloc(count, sizeof(*alone)), **together = calloc(count, sizeof(*together));
	struct ingot_sequence *sequences = calloc(count, sizeof(*sequences));
	struct ingot_generate_result result;
	int wrong = 0;

	if (!alone || !together || !sequences)
		abort();
	for (size_t i = 0; i < count; i++) {
		alone[i] = make_job(with_logits);
		together[i] = copy_of(alone[i]);
		prepare(m, alone[i]);
		if (ingot_generate(&alone[i]->q, 1, NULL, &err))
			die("alone");
		ends[alone[i]->q.end]++;
	}
	for (size_t i = 0; i < count; i++) {
		prepare(m, together[i]);
		sequences[i] = together[i]->q;
	}
	if (ingot_generate(sequences, count, &result, &err))
		die("together");
	for (size_t i = 0; i < count; i++) {
		together[i]->q = sequences[i];
		wrong |= different(alone[i], together[i], i);
		result.count -= together[i]->q.made;
		finish(alone[i]);
		finish(together[i]);
	}
	if (result.count)
		fprintf(stderr, "the result counts %d tokens too many\n", (int)result.count);
	free(alone);
	free(together);
	free(sequences);
	return wrong || result.count;
}

static int refused(struct ingot_sequence *q, size_t count, int code, const char *words)
{
	int ret = ingot_generate(q, count, NULL, &err);

	if (ret == code && strstr(err.text, words))
		return 0;
	fprintf(stderr, "status %d, '%s' instead of %d, '...%s...'\n", ret, err.text, code, words);
	return 1;
}

static int misuse(struct ingot_model *m)
{
	struct ingot_session *s[2] = { ingot_session_create(m, &err), ingot_session_create(m, &err) };
	struct ingot_sequence good[2] = {
		{ s[0], 3, { .count = 2, .ignore_end = true }, 0, 0 },
		{ s[1], 4, { .count = 2, .ignore_end = true }, 0, 0 },
	}, q[2];
	int wrong = refused(good, 0, -EINVAL, "no sequences");

	memcpy(q, good, sizeof(q));
	q[1].session = s[0];
	wrong |= refused(q, 2, -EINVAL, "sequences 0 and 1 have the same session");
	memcpy(q, good, sizeof(q));
	q[1].token = (int32_t)info->vocab;
	wrong |= refused(q, 2, -EINVAL, "sequence 1: token");
	memcpy(q, good, sizeof(q));
	q[0].params.temperature = 1;
	q[0].params.top_k = 100000;
	wrong |= refused(q, 2, -EINVAL, "sequence 0: --top-k 100000");
	if (ingot_session_position(s[0]) || ingot_session_position(s[1]) ||
	    ingot_generate(good, 2, NULL, &err) || good[1].made != 2) {
		fprintf(stderr, "sessions that were refused do not work afterwards: %s\n", err.text);
		wrong = 1;
	}
	ingot_session_free(s[0]);
	ingot_session_free(s[1]);
	return wrong;
}

static struct ingot_sequence greedy(struct ingot_session *s, int32_t token, uint32_t count)
{
	return (struct ingot_sequence){
		.session = s, .token = token, .params = { .count = count, .ignore_end = true },
	};
}

/* A cache that is too short: the job faults, the words name the sequence, and all can go on. */
static int fault(struct ingot_model *m)
{
	struct ingot_session *s[3];
	struct ingot_sequence q[3];
	struct ingot_buffer *whole, *shorter = ingot_buffer_create(m->dev, 4096, &err);
	int wrong, ret;

	for (size_t i = 0; i < 3; i++) {
		s[i] = ingot_session_create(m, &err);
		q[i] = greedy(s[i], (int32_t)i + 3, 2);
	}
	whole = s[1]->cache;
	s[1]->cache = shorter;
	ret = ingot_generate(q, 3, NULL, &err);
	wrong = ret != -EIO || !strstr(err.text, "of sequence 1") || q[1].made;
	if (wrong)
		fprintf(stderr, "status %d, '%s', %u tokens\n", ret, err.text, q[1].made);
	s[1]->cache = whole;
	if (ingot_generate(q, 3, NULL, &err)) {
		fprintf(stderr, "after a fault: %s\n", err.text);
		wrong = 1;
	}
	for (size_t i = 0; i < 3; i++) {
		wrong |= q[i].made != 2 || q[i].end != INGOT_END_COUNT;
		ingot_session_free(s[i]);
	}
	ingot_buffer_destroy(shorter);
	return wrong;
}

int main(int argc, char **argv)
{
	struct ingot_model_params params = { 0 };
	unsigned int ends[5] = { 0 };
	struct ingot_device *dev;
	struct ingot_model *m;
	size_t count;
	int wrong;

	if (argc < 5 || argc > 6) {
		fprintf(stderr, "usage: sequences MODEL URI SEED COUNT [CONTEXT]\n");
		return 1;
	}
	if (argc == 6)
		context = strtoul(argv[5], NULL, 0);
	params.context = context;
	state = strtoull(argv[3], NULL, 0);
	count = strtoul(argv[4], NULL, 0);
	dev = ingot_open(argv[2], NULL, &err);
	m = dev ? ingot_model_load(dev, argv[1], &params, &err) : NULL;
	if (!m)
		die("cannot load");
	info = ingot_model_info(m);
	wrong = compare(m, count, true, ends) | compare(m, count, false, ends) | misuse(m) |
		fault(m);
	printf("%s, %u at a time: ends by count %u, model %u, caller %u, context %u\n", argv[2],
	       ingot_model_batch(m), ends[INGOT_END_COUNT], ends[INGOT_END_MODEL],
	       ends[INGOT_END_CALLER], ends[INGOT_END_CONTEXT]);
	ingot_model_free(m);
	ingot_close(dev);
	return wrong;
}
