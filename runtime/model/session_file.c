// SPDX-License-Identifier: MIT
/*
 * A session file: a header, tokens, note, and of the KV cache what is in use, each a multiple of 8
 * bytes long, then a checksum of all behind the header. Numbers are little endian.
 */
#include "ingot/session_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gguf_internal.h"
#include "model.h"
#include "new_file.h"

#define VERSION 1
#define CHUNK ((size_t)1 << 20)

/* Longer notes are no conversation. */
#define MAX_NOTE ((uint64_t)1 << 30)

/**
 * struct header - the beginning of a file
 * @magic: says what it is
 * @version: of the format
 * @position: tokens in the cache
 * @model: hash of the model's metadata and tensor list
 * @tokens: how many
 * @note_len: bytes of the note
 * @cache_bytes: bytes of the cache
 * @check: checksum of all before it
 */
struct header {
	char magic[8];
	uint32_t version, position;
	uint64_t model, tokens, note_len, cache_bytes, check;
};

static const char magic[8] = "INGOTSES";

/* Not against forgery, for which nobody would have to forge: against damage. */
static uint64_t hash(uint64_t h, const void *data, size_t len)
{
	const unsigned char *at = data;
	uint64_t word;

	for (; len; len -= len < 8 ? len : 8, at += 8) {
		word = 0;
		memcpy(&word, at, len < 8 ? len : 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15;
		h ^= h >> 32;
	}
	return h;
}

/* All of the GGUF file that is in front of the tensors' data, and the file's length. */
static uint64_t model_hash(const struct gguf *g)
{
	const size_t n = gguf_tensor_count(g);
	uint64_t h = hash(1, &g->size, sizeof(g->size));

	for (size_t i = 0; i < n; i++) {
		const struct gguf_tensor *t = gguf_tensor_at(g, i);

		h = hash(hash(h, t->name.data, t->name.len), t->ne, t->n_dims * sizeof(*t->ne));
		h = hash(hash(h, &t->type, sizeof(t->type)), &t->offset, sizeof(t->offset));
	}
	/* the first tensor's name comes behind the last metadata entry */
	return n ? hash(h, g->data, (size_t)((const uint8_t *)g->tensors[0].name.data - g->data)) : h;
}

/**
 * struct region - equal caches in a row, of each of which the beginning is in use
 * @first: of the first one, units
 * @stride: from one to the next
 * @count: how many
 * @used: units of each that are in use
 */
struct region {
	uint64_t first, stride, count, used;
};

/* Whole groups of 64 positions: K, V, and the exponents of V. */
static void plan(const struct kv_layout *kv, uint32_t position, struct region region[3])
{
	const uint64_t groups = (position + 63) / 64, all = kv->context / 64;

	region[0] = (struct region){ kv->k, kv->k_head, (kv->v - kv->k) / kv->k_head, 0 };
	region[1] = (struct region){ kv->v, kv->v_half, (kv->exp - kv->v) / kv->v_half, 0 };
	region[2] = (struct region){ kv->exp, kv->exp_half, (kv->units - kv->exp) / kv->exp_half, 0 };
	for (int i = 0; i < 3; i++)
		region[i].used = region[i].stride / all * groups;
}

static uint64_t cache_bytes(const struct kv_layout *kv, uint32_t position)
{
	struct region region[3];
	uint64_t units = 0;

	plan(kv, position, region);
	for (int i = 0; i < 3; i++)
		units += region[i].count * region[i].used;
	return units * ING_UNIT_BYTES;
}

/**
 * struct stream - a file being written or read
 * @out: file to write to, or NULL
 * @fd: file to read from
 * @path: its name, for errors
 * @hash: of what went through
 * @chunk: CHUNK bytes
 * @err: for errors
 */
struct stream {
	struct new_file *out;
	int fd;
	const char *path;
	uint64_t hash;
	void *chunk;
	struct ingot_error *err;
};

static int read_all(struct stream *s, void *data, size_t len)
{
	char *at = data;

	while (len) {
		ssize_t n = read(s->fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ingot_error_set(s->err, -errno, "%s: cannot read: %s", s->path,
					       strerror(errno));
		if (!n)
			return ingot_error_set(s->err, -EINVAL, "%s: this session file is cut short",
					       s->path);
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Bytes to or from the file, filled up with zeros to a multiple of 8. */
static int pass(struct stream *s, void *data, size_t len)
{
	static const char zeros[8];
	char fill[8] = "";
	size_t rest = -len % 8;
	int ret;

	if (s->out) {
		ret = new_file_write(s->out, data, len, s->err);
		ret = ret ? ret : new_file_write(s->out, zeros, rest, s->err);
	} else {
		ret = read_all(s, data, len);
		ret = ret ? ret : read_all(s, fill, rest);
	}
	s->hash = hash(s->hash, data, len);
	return ret;
}

/* What is to be done with the cache's bytes. */
enum direction { SAVE, CHECK, LOAD };

static int pass_cache(struct stream *s, const struct ingot_session *session, uint32_t position,
		      enum direction direction)
{
	struct region region[3];

	plan(&session->model->runner.kv, position, region);
	for (uint64_t i = 0, r = 0; r < 3; i + 1 < region[r].count ? i++ : (i = 0, r++)) {
		uint64_t at = (region[r].first + i * region[r].stride) * ING_UNIT_BYTES;
		uint64_t left = region[r].used * ING_UNIT_BYTES;

		while (left) {
			size_t n = left < CHUNK ? (size_t)left : CHUNK;
			int ret = direction != SAVE ? 0 :
				  ingot_buffer_download(session->cache, at, s->chunk, n, s->err);

			ret = ret ? ret : pass(s, s->chunk, n);
			if (!ret && direction == LOAD)
				ret = ingot_buffer_upload(session->cache, at, s->chunk, n, s->err);
			if (ret)
				return ret;
			at += n;
			left -= n;
		}
	}
	return 0;
}

static int write_file(struct stream *s, const struct ingot_session *session,
		      const struct ingot_session_record *record)
{
	struct header h = {
		.version = VERSION,
		.position = session->position,
		.model = model_hash(session->model->gguf),
		.tokens = record->count,
		.note_len = record->note_len,
		.cache_bytes = cache_bytes(&session->model->runner.kv, session->position),
	};
	uint64_t check;
	int ret;

	memcpy(h.magic, magic, sizeof(magic));
	h.check = hash(0, &h, offsetof(struct header, check));
	ret = pass(s, &h, sizeof(h));
	s->hash = 0;
	ret = ret ? ret : pass(s, record->tokens, record->count * sizeof(*record->tokens));
	ret = ret ? ret : pass(s, record->note, record->note_len);
	ret = ret ? ret : pass_cache(s, session, session->position, SAVE);
	check = s->hash;
	return ret ? ret : pass(s, &check, sizeof(check));
}

int ingot_session_save(const struct ingot_session *session, const char *path,
		       const struct ingot_session_record *record, struct ingot_error *err)
{
	struct new_file file;
	struct stream s = { .out = &file, .path = path, .err = err };
	int ret;

	if (record->count < session->position)
		return ingot_error_set(err, -EINVAL, "%s: %zu tokens for %u positions", path,
				       record->count, session->position);
	s.chunk = malloc(CHUNK);
	if (!s.chunk)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory", path);
	ret = new_file_begin(&file, path, err);
	if (!ret)
		ret = new_file_end(&file, write_file(&s, session, record), err);
	free(s.chunk);
	return ret;
}

static int damaged(const struct stream *s)
{
	return ingot_error_set(s->err, -EINVAL, "%s: this session file is damaged", s->path);
}

static int check_header(const struct stream *s, const struct ingot_session *session,
			const struct header *h)
{
	if (memcmp(h->magic, magic, sizeof(magic)))
		return ingot_error_set(s->err, -EINVAL, "%s: this is no session file", s->path);
	if (h->version != VERSION)
		return ingot_error_set(s->err, -EINVAL, "%s: a session file of version %u: %u is read",
				       s->path, h->version, VERSION);
	if (h->check != hash(0, h, offsetof(struct header, check)))
		return damaged(s);
	if (h->model != model_hash(session->model->gguf))
		return ingot_error_set(s->err, -EINVAL,
				       "%s: a session with another model than %s: use that one",
				       s->path, gguf_name(session->model->gguf));
	if (h->position > session->model->context)
		return ingot_error_set(s->err, -EOVERFLOW,
				       "%s: %u tokens do not fit into the context of %u: use -c %u",
				       s->path, h->position, session->model->context, h->position);
	if (h->tokens < h->position || h->tokens > UINT32_MAX || h->note_len > MAX_NOTE ||
	    h->cache_bytes != cache_bytes(&session->model->runner.kv, h->position))
		return damaged(s);
	return 0;
}

/* Before memory is asked for what the header promises. */
static int check_length(const struct stream *s, const struct header *h)
{
	uint64_t want = sizeof(*h) + (h->tokens * sizeof(int32_t) + 7) / 8 * 8 +
			(h->note_len + 7) / 8 * 8 + h->cache_bytes + sizeof(uint64_t);
	struct stat st;

	if (fstat(s->fd, &st))
		return ingot_error_set(s->err, -errno, "%s: cannot read: %s", s->path, strerror(errno));
	if ((uint64_t)st.st_size < want)
		return ingot_error_set(s->err, -EINVAL, "%s: this session file is cut short: %lld of %llu bytes",
				       s->path, (long long)st.st_size, (unsigned long long)want);
	return (uint64_t)st.st_size > want ? damaged(s) : 0;
}

static int check_tokens(const struct stream *s, const struct ingot_session *session,
			const struct ingot_session_record *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->tokens[i] < 0 || (uint32_t)r->tokens[i] >= session->model->hp.vocab)
			return damaged(s);
	return 0;
}

/* All behind the header. The checksum of the first reading says whether to do the second one. */
static int read_payload(struct stream *s, struct ingot_session *session, const struct header *h,
			struct ingot_session_record *r, enum direction direction)
{
	uint64_t check = 0, wanted;
	int ret;

	s->hash = 0;
	if (lseek(s->fd, sizeof(*h), SEEK_SET) < 0)
		return ingot_error_set(s->err, -errno, "%s: cannot read: %s", s->path, strerror(errno));
	ret = pass(s, r->tokens, r->count * sizeof(*r->tokens));
	ret = ret ? ret : pass(s, r->note, r->note_len);
	ret = ret ? ret : pass_cache(s, session, h->position, direction);
	wanted = s->hash;
	ret = ret ? ret : pass(s, &check, sizeof(check));
	return ret ? ret : check != wanted ? damaged(s) : check_tokens(s, session, r);
}

static int read_file(struct stream *s, struct ingot_session *session, struct ingot_session_record *r)
{
	struct header h;
	int ret = read_all(s, &h, sizeof(h));

	ret = ret ? ret : check_header(s, session, &h);
	ret = ret ? ret : check_length(s, &h);
	if (ret)
		return ret;
	r->count = h.tokens;
	r->note_len = h.note_len;
	r->tokens = calloc(r->count + 1, sizeof(*r->tokens));
	r->note = calloc(r->note_len + 1, 1);
	if (!r->tokens || !r->note)
		return ingot_error_set(s->err, -ENOMEM, "%s: out of memory", s->path);
	ret = read_payload(s, session, &h, r, CHECK);
	if (ret)
		return ret;
	/* a file that changes between the two readings leaves nothing */
	session->position = 0;
	ret = read_payload(s, session, &h, r, LOAD);
	if (!ret)
		session->position = h.position;
	return ret;
}

int ingot_session_load(struct ingot_session *session, const char *path,
		       struct ingot_session_record *record, struct ingot_error *err)
{
	struct stream s = { .path = path, .err = err };
	int ret;

	*record = (struct ingot_session_record){ 0 };
	s.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (s.fd < 0)
		return ingot_error_set(err, -errno, "%s: cannot open: %s", path, strerror(errno));
	s.chunk = malloc(CHUNK);
	ret = s.chunk ? read_file(&s, session, record) :
			ingot_error_set(err, -ENOMEM, "%s: out of memory", path);
	free(s.chunk);
	close(s.fd);
	if (ret)
		ingot_session_record_free(record);
	return ret;
}

void ingot_session_record_free(struct ingot_session_record *record)
{
	free(record->tokens);
	free(record->note);
	*record = (struct ingot_session_record){ 0 };
}
