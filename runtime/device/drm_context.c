// SPDX-License-Identifier: MIT
/* Contexts and slots through the kernel's driver. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "drm_transport.h"

static unsigned int free_place(const struct drm_device *dev)
{
	unsigned int i = 0;

	while (i < DRM_CONTEXTS && dev->contexts[i])
		i++;
	return i;
}

struct ingot_context *drm_context_create(struct ingot_device *base, struct ingot_error *err)
{
	struct drm_device *dev = to_drm(base);
	struct drm_ingot_ctx_create create = { .priority = DRM_INGOT_PRIORITY_NORMAL };
	struct drm_context *ctx = calloc(1, sizeof(*ctx));
	unsigned int place = free_place(dev);
	int ret = ctx ? 0 : -ENOMEM;

	if (!ret)
		ret = place < DRM_CONTEXTS ? drm_call(dev, DRM_IOCTL_INGOT_CTX_CREATE, &create) :
					     -ENOSPC;
	if (ret == -ENOSPC)
		ingot_error_set(err, ret,
				"%s: all contexts are in use: end another program that uses the device",
				base->uri);
	else if (ret)
		drm_error(dev, ret, "making a context", err);
	if (ret) {
		free(ctx);
		return NULL;
	}
	ctx->base.dev = base;
	ctx->id = create.ctx;
	dev->contexts[place] = ctx;
	dev->ids[place] = create.ctx;
	return &ctx->base;
}

void drm_context_destroy(struct ingot_context *base)
{
	struct drm_context *ctx = (struct drm_context *)base;
	struct drm_device *dev = to_drm(base->dev);
	struct drm_ingot_ctx_destroy destroy = { .ctx = ctx->id };

	for (unsigned int i = 0; i < DRM_CONTEXTS; i++) {
		if (dev->contexts[i] != ctx)
			continue;
		dev->ids[i] = 0;
		dev->contexts[i] = NULL;
	}
	drm_call(dev, DRM_IOCTL_INGOT_CTX_DESTROY, &destroy);
	free(ctx);
}

static int bind(struct drm_device *dev, struct drm_context *ctx, unsigned int slot,
		const struct drm_buffer *buf, unsigned int perm)
{
	struct drm_ingot_ctx_bind bind = {
		.ctx = ctx->id, .slot = slot, .handle = buf ? buf->handle : 0, .perm = perm,
	};
	int ret = drm_call(dev, DRM_IOCTL_INGOT_CTX_BIND, &bind);

	if (ret)
		return ret;
	ctx->bound[slot] = buf ? buf->serial : 0;
	ctx->perm[slot] = perm;
	return 0;
}

int drm_bind(struct ingot_context *base, unsigned int slot, struct ingot_buffer *buffer,
	     unsigned int perm, struct ingot_error *err)
{
	struct drm_context *ctx = (struct drm_context *)base;
	const struct drm_buffer *buf = perm ? (const struct drm_buffer *)buffer : NULL;
	int ret;

	if (buf && buf->program != (perm == ING_PERM_EXEC))
		return ingot_error_set(err, -EINVAL,
				       "%s: slot %u: a buffer of ingot_buffer_create_program() is bound with EXEC, others without",
				       base->dev->uri, slot);
	/* Decoding binds the same program again and again. */
	if (ctx->bound[slot] == (buf ? buf->serial : 0) && ctx->perm[slot] == perm)
		return 0;
	ret = bind(to_drm(base->dev), ctx, slot, buf, perm);
	return ret ? drm_error(to_drm(base->dev), ret, "binding a buffer", err) : 0;
}

void drm_unbind_buffer(struct drm_device *dev, const struct drm_buffer *buf)
{
	for (unsigned int i = 0; i < DRM_CONTEXTS; i++)
		for (unsigned int slot = 0; dev->contexts[i] && slot < ING_SLOTS; slot++)
			if (dev->contexts[i]->bound[slot] == buf->serial)
				bind(dev, dev->contexts[i], slot, NULL, 0);
}

/* Nothing here but what a signal handler may do. */
void drm_abort(struct ingot_device *base)
{
	const struct drm_device *dev = to_drm(base);
	const int saved = errno;

	for (unsigned int i = 0; i < DRM_CONTEXTS; i++) {
		struct drm_ingot_cancel cancel = { .ctx = dev->ids[i] };

		if (cancel.ctx)
			ioctl(dev->fd, DRM_IOCTL_INGOT_CANCEL, &cancel);
	}
	errno = saved;
}
