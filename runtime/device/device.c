// SPDX-License-Identifier: MIT
/* The calls of ingot/device.h: arguments are checked here, the rest is the transport's. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "transport.h"

void ingot_close(struct ingot_device *dev)
{
	if (dev)
		dev->ops->close(dev);
}

const char *ingot_device_uri(const struct ingot_device *dev)
{
	return dev->uri;
}

const struct ingot_config *ingot_device_config(const struct ingot_device *dev)
{
	return &dev->config;
}

void ingot_device_stats(const struct ingot_device *dev, struct ingot_device_stats *stats)
{
	dev->ops->stats(dev, stats);
}

void ingot_device_traffic(struct ingot_device *dev, struct ingot_device_traffic *traffic)
{
	dev->ops->traffic(dev, traffic);
}

void ingot_device_counters(struct ingot_device *dev, uint64_t counters[ING_COUNTERS])
{
	dev->ops->counters(dev, counters);
}

int ingot_device_trace(struct ingot_device *dev, const char *path, struct ingot_error *err)
{
	int ret = dev->ops->trace ? dev->ops->trace(dev, path) : -EOPNOTSUPP;

	if (ret)
		return ingot_error_set(err, ret, "%s: no waveform to %s: %s", dev->uri,
				       path ? path : "(stop)", strerror(-ret));
	return 0;
}

int ingot_device_watch(struct ingot_device *dev, const struct ingot_trace_sink *sink,
		       struct ingot_error *err)
{
	int ret = dev->ops->watch ? dev->ops->watch(dev, sink) : -EOPNOTSUPP;

	if (ret)
		return ingot_error_set(err, ret,
				       "%s cannot be watched: only the Verilated RTL has cycles to look at: use rtl:CONFIG",
				       dev->uri);
	return 0;
}

static struct ingot_buffer *create(struct ingot_device *dev, uint64_t bytes, bool program,
				   struct ingot_error *err)
{
	uint64_t size;

	if (!bytes || __builtin_add_overflow(bytes, PAGE_BYTES - 1, &size)) {
		ingot_error_set(err, -EINVAL, "a buffer of %llu bytes cannot be made",
				(unsigned long long)bytes);
		return NULL;
	}
	return dev->ops->buffer_create(dev, size & ~(uint64_t)(PAGE_BYTES - 1), program, err);
}

struct ingot_buffer *ingot_buffer_create(struct ingot_device *dev, uint64_t bytes,
					 struct ingot_error *err)
{
	return create(dev, bytes, false, err);
}

struct ingot_buffer *ingot_buffer_create_program(struct ingot_device *dev, uint64_t bytes,
						 struct ingot_error *err)
{
	return create(dev, bytes, true, err);
}

void ingot_buffer_destroy(struct ingot_buffer *buf)
{
	if (buf)
		buf->dev->ops->buffer_destroy(buf);
}

uint64_t ingot_buffer_bytes(const struct ingot_buffer *buf)
{
	return buf->bytes;
}

static int check_copy(const struct ingot_buffer *buf, uint64_t offset, size_t bytes,
		      struct ingot_error *err)
{
	if (offset % ING_UNIT_BYTES || bytes % ING_UNIT_BYTES || offset > buf->bytes ||
	    bytes > buf->bytes - offset)
		return ingot_error_set(err, -EINVAL,
				       "copy of %zu bytes at offset %llu of a buffer of %llu: offset and length must be multiples of 64 within it",
				       bytes, (unsigned long long)offset,
				       (unsigned long long)buf->bytes);
	return 0;
}

int ingot_buffer_upload(struct ingot_buffer *buf, uint64_t offset, const void *src, size_t bytes,
			struct ingot_error *err)
{
	int ret = check_copy(buf, offset, bytes, err);

	if (ret || !bytes)
		return ret;
	return buf->dev->ops->copy(buf, true, offset, (void *)src, bytes, err);
}

int ingot_buffer_download(struct ingot_buffer *buf, uint64_t offset, void *dst, size_t bytes,
			  struct ingot_error *err)
{
	int ret = check_copy(buf, offset, bytes, err);

	if (ret || !bytes)
		return ret;
	return buf->dev->ops->copy(buf, false, offset, dst, bytes, err);
}

void *ingot_host_alloc(struct ingot_device *dev, size_t bytes, struct ingot_error *err)
{
	void *p = bytes ? dev->ops->host_alloc(dev, bytes, err) : NULL;

	if (!bytes)
		ingot_error_set(err, -EINVAL, "0 bytes of host memory cannot be had");
	return p;
}

void ingot_host_free(struct ingot_device *dev, void *p)
{
	if (p)
		dev->ops->host_free(dev, p);
}

struct ingot_context *ingot_context_create(struct ingot_device *dev, struct ingot_error *err)
{
	return dev->ops->context_create(dev, err);
}

void ingot_context_destroy(struct ingot_context *ctx)
{
	if (ctx)
		ctx->dev->ops->context_destroy(ctx);
}

int ingot_context_bind(struct ingot_context *ctx, unsigned int slot, struct ingot_buffer *buf,
		       unsigned int perm, struct ingot_error *err)
{
	const unsigned int all = ING_PERM_READ | ING_PERM_WRITE | ING_PERM_EXEC;

	if (slot >= ING_SLOTS || perm & ~all || (perm & ING_PERM_EXEC && perm != ING_PERM_EXEC))
		return ingot_error_set(err, -EINVAL,
				       "slot %u, permissions 0x%x: slots are 0 .. %d, EXEC excludes READ and WRITE",
				       slot, perm, ING_SLOTS - 1);
	return ctx->dev->ops->bind(ctx, slot, buf, buf ? perm : 0, err);
}

int ingot_submit_batch(struct ingot_context *ctx, const struct ingot_job *jobs, unsigned int count,
		       struct ingot_error *err)
{
	if (!count)
		return ingot_error_set(err, -EINVAL, "%s: a batch of 0 jobs", ctx->dev->uri);
	return ctx->dev->ops->submit(ctx, jobs, count, err);
}

int ingot_submit(struct ingot_context *ctx, const struct ingot_job *job, struct ingot_error *err)
{
	int ret = ctx->dev->ops->submit(ctx, job, 1, err);

	return ret < 0 ? ret : 0;
}

int ingot_next(struct ingot_device *dev, struct ingot_completion *completion,
	       struct ingot_error *err)
{
	int ret = dev->ops->next(dev, completion, 1, 1, err);

	return ret < 0 ? ret : 0;
}

int ingot_next_batch(struct ingot_device *dev, struct ingot_completion *completions,
		     unsigned int capacity, unsigned int least, struct ingot_error *err)
{
	if (!least || least > capacity)
		return ingot_error_set(err, -EINVAL, "%s: a batch of %u to %u completions", dev->uri,
				       least, capacity);
	return dev->ops->next(dev, completions, capacity, least, err);
}

void ingot_abort(struct ingot_device *dev)
{
	dev->ops->abort(dev);
}

const char *ingot_fault_name(unsigned int fault)
{
	static const char *const names[] = {
		[ING_FAULT_NONE] = "no fault",
		[ING_FAULT_OPCODE] = "unknown opcode, function or type",
		[ING_FAULT_FIELD] = "reserved bit set or forbidden field value",
		[ING_FAULT_RANGE] = "scratchpad, activation or scalar address past the end",
		[ING_FAULT_SLOT] = "access past the end of a slot",
		[ING_FAULT_PERM] = "the slot does not permit this access",
		[ING_FAULT_BUDGET] = "more commands than the job's budget",
		[ING_FAULT_PC] = "the program counter left the program",
		[ING_FAULT_BUS] = "the memory port answered with an error",
		[ING_FAULT_ABORT] = "stopped by the host",
		[ING_FAULT_DESC] = "malformed descriptor",
	};

	if (fault == INGOT_FAULT_UNTOLD)
		return "a rule was broken";
	return fault < sizeof(names) / sizeof(names[0]) ? names[fault] : "unknown fault";
}
