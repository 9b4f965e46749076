/* SPDX-License-Identifier: MIT */
/* Version and capabilities: the first message of a client and its reply. */
#ifndef INGOT_VFIO_USER_CAPS_H
#define INGOT_VFIO_USER_CAPS_H

#include <stddef.h>

#include "ingot/error.h"
#include "proto.h"

/* Bytes that a reply takes at most. */
#define VU_CAPS_REPLY_BYTES 512

/**
 * vu_caps_negotiate() - read what a client can do, and write what is used of it
 * @body: of the client's VU_VERSION, unchecked, @bytes long
 * @bytes: of @body
 * @reply: body of the reply, VU_CAPS_REPLY_BYTES long
 * @reply_bytes: of it that are used
 * @err: filled on failure
 *
 * Only capabilities that the client named are in the reply.
 *
 * Return: 0; -EPROTO: the version is another one, or the text no JSON; -ENOMEM.
 */
int vu_caps_negotiate(const void *body, size_t bytes, void *reply, size_t *reply_bytes,
		      struct ingot_error *err);

#endif
