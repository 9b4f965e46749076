/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Tracepoints: what happens to jobs, copies and the device. A job is named by the client's id (as
 * in fdinfo) and its number, which no other job of that client has.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM ingot

#if !defined(INGOT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define INGOT_TRACE_H

#include <linux/device.h>
#include <linux/tracepoint.h>

DECLARE_EVENT_CLASS(ingot_job,
		    TP_PROTO(const struct device *dev, u64 client, u32 ctx, u64 job, u32 tag),
		    TP_ARGS(dev, client, ctx, job, tag),
		    TP_STRUCT__entry(__string(dev, dev_name(dev))
				     __field(u64, client)
				     __field(u64, job)
				     __field(u32, ctx)
				     __field(u32, tag)),
		    TP_fast_assign(__assign_str(dev);
				   __entry->client = client;
				   __entry->job = job;
				   __entry->ctx = ctx;
				   __entry->tag = tag;),
		    TP_printk("%s client=%llu ctx=%u job=%llu tag=%u",
			      __get_str(dev), __entry->client, __entry->ctx, __entry->job,
			      __entry->tag));

/* Accepted from the user; it may still wait for its fences. */
DEFINE_EVENT(ingot_job, ingot_job_queued,
	     TP_PROTO(const struct device *dev, u64 client, u32 ctx, u64 job, u32 tag),
	     TP_ARGS(dev, client, ctx, job, tag));

/* Its descriptor is in the ring and the doorbell will be rung. */
DEFINE_EVENT(ingot_job, ingot_job_started,
	     TP_PROTO(const struct device *dev, u64 client, u32 ctx, u64 job, u32 tag),
	     TP_ARGS(dev, client, ctx, job, tag));

/* It executed EMIT. */
TRACE_EVENT(ingot_job_event,
	    TP_PROTO(const struct device *dev, u64 client, u64 job, u32 value, u32 value2),
	    TP_ARGS(dev, client, job, value, value2),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u64, client)
			     __field(u64, job)
			     __field(u32, value)
			     __field(u32, value2)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->client = client;
			   __entry->job = job;
			   __entry->value = value;
			   __entry->value2 = value2;),
	    TP_printk("%s client=%llu job=%llu value=0x%x value2=0x%x",
		      __get_str(dev), __entry->client, __entry->job, __entry->value,
		      __entry->value2));

/* It is over; @busy_ns is the time it had the device. */
TRACE_EVENT(ingot_job_done,
	    TP_PROTO(const struct device *dev, u64 client, u64 job, int status, u32 fault,
		     u64 busy_ns),
	    TP_ARGS(dev, client, job, status, fault, busy_ns),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u64, client)
			     __field(u64, job)
			     __field(u64, busy_ns)
			     __field(int, status)
			     __field(u32, fault)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->client = client;
			   __entry->job = job;
			   __entry->busy_ns = busy_ns;
			   __entry->status = status;
			   __entry->fault = fault;),
	    TP_printk("%s client=%llu job=%llu status=%d fault=%u busy_ns=%llu",
		      __get_str(dev), __entry->client, __entry->job, __entry->status,
		      __entry->fault, __entry->busy_ns));

/* A copy of @bytes between device memory, from @address, and the host. */
TRACE_EVENT(ingot_copy_begin,
	    TP_PROTO(const struct device *dev, bool to_device, u64 address, u64 bytes),
	    TP_ARGS(dev, to_device, address, bytes),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u64, address)
			     __field(u64, bytes)
			     __field(bool, to_device)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->address = address;
			   __entry->bytes = bytes;
			   __entry->to_device = to_device;),
	    TP_printk("%s %s address=0x%llx bytes=%llu",
		      __get_str(dev), __entry->to_device ? "to_device" : "to_host",
		      __entry->address, __entry->bytes));

/* It ended with @ret after @bytes. */
TRACE_EVENT(ingot_copy_end,
	    TP_PROTO(const struct device *dev, bool to_device, u64 bytes, int ret),
	    TP_ARGS(dev, to_device, bytes, ret),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(u64, bytes)
			     __field(int, ret)
			     __field(bool, to_device)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->bytes = bytes;
			   __entry->ret = ret;
			   __entry->to_device = to_device;),
	    TP_printk("%s %s bytes=%llu ret=%d",
		      __get_str(dev), __entry->to_device ? "to_device" : "to_host",
		      __entry->bytes, __entry->ret));

/* Interrupt of @vector was handled and brought @completions. */
TRACE_EVENT(ingot_irq,
	    TP_PROTO(const struct device *dev, unsigned int vector, unsigned int completions),
	    TP_ARGS(dev, vector, completions),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __field(unsigned int, vector)
			     __field(unsigned int, completions)),
	    TP_fast_assign(__assign_str(dev);
			   __entry->vector = vector;
			   __entry->completions = completions;),
	    TP_printk("%s vector=%u completions=%u",
		      __get_str(dev), __entry->vector, __entry->completions));

/* The device is about to be reset. */
TRACE_EVENT(ingot_reset,
	    TP_PROTO(const struct device *dev, const char *reason),
	    TP_ARGS(dev, reason),
	    TP_STRUCT__entry(__string(dev, dev_name(dev))
			     __string(reason, reason)),
	    TP_fast_assign(__assign_str(dev);
			   __assign_str(reason);),
	    TP_printk("%s reason=\"%s\"",
		      __get_str(dev), __get_str(reason)));

#endif

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE ingot_trace
#include <trace/define_trace.h>
