/* SPDX-License-Identifier: MIT */
/*
 * Sessions in files: what a session has in its KV cache, to go on with later, on any device.
 *
 * A file belongs to one model: it holds a hash of the GGUF file's metadata and tensor list. The cache's
 * layout depends on the model alone, so a session that was saved on one configuration goes on, bit for
 * bit, on another, and with any context that is large enough.
 */
#ifndef INGOT_SESSION_FILE_H
#define INGOT_SESSION_FILE_H

#include "ingot/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct ingot_session_record - what goes into a file besides the cache
 * @tokens: of the cache in order, and maybe some behind that were not fed yet
 * @count: how many, at least ingot_session_position()
 * @note: anything the caller wants to keep, for example a conversation
 * @note_len: its bytes
 */
struct ingot_session_record {
	int32_t *tokens;
	size_t count;
	char *note;
	size_t note_len;
};

/**
 * ingot_session_save() - write a session to a file
 * @s: the session
 * @path: the file; replaced as a whole at the end, so that it is never half written; whatever
 *	happens, even the end of the program, no other file is left behind where the file system can do
 *	without a name (O_TMPFILE), else none unless the program is killed
 * @record: what goes with it
 * @err: filled in on failure
 *
 * Return: 0 or negative errno.
 */
int ingot_session_save(const struct ingot_session *s, const char *path,
		       const struct ingot_session_record *record, struct ingot_error *err);

/**
 * ingot_session_load() - read a session from a file
 * @s: a session of the same model; what it has in its cache is forgotten
 * @path: the file
 * @record: filled in, to be freed with ingot_session_record_free()
 * @err: filled in on failure: -EINVAL: no session file, one of another model, or a damaged one, which
 *	leaves the session as it was; -EOVERFLOW: its context is too small
 *
 * Return: 0 or negative errno.
 */
int ingot_session_load(struct ingot_session *s, const char *path,
		       struct ingot_session_record *record, struct ingot_error *err);

/**
 * ingot_session_record_free() - free what ingot_session_load() filled in
 * @record: the record, empty afterwards
 */
void ingot_session_record_free(struct ingot_session_record *record);

#ifdef __cplusplus
}
#endif
#endif
