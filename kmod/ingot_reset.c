// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reset and recovery. Whatever asks for it, the way is the same: take the device down, which
 * brings every job back into the queues or to its end, and bring it up again, or give it up.
 */
#include <drm/drm_print.h>

#include "ingot_drv.h"

/**
 * ingot_device_usable() - is there a device
 * @idev: device
 *
 * Return: false if it is gone for good.
 */
bool ingot_device_usable(struct ingot_device *idev)
{
	return READ_ONCE(idev->state) != INGOT_GONE;
}

/* ---- down and up; recovery_lock is held ---- */

/* Descriptors that the device has taken, or INGOT_TAKEN_UNKNOWN */
static u32 read_taken(struct ingot_device *idev)
{
	u32 head = ingot_hw_read(idev, ING_REG_QUEUE + ING_Q_SQ_HEAD);

	return head > U16_MAX ? INGOT_TAKEN_UNKNOWN : head;
}

/*
 * Nothing starts any more, the device is reset, and what was in the ring is back in its queue.
 * Completions are drained after the reset: what the device had to say by then, it has said. If the
 * reset fails, the device is in state @failed.
 */
static int take_down(struct ingot_device *idev, enum ingot_state failed)
{
	u32 taken;
	int ret;

	ingot_sched_set_state(idev, INGOT_STOPPED);
	scoped_guard(mutex, &idev->hw_lock) {
		idev->awake = false;
		taken = read_taken(idev);
		ret = ingot_hw_reset(idev);
	}
	ingot_sched_drain(idev);
	if (ret) {
		/* jobs end below, and others get their memory: it must not write there */
		pci_clear_master(idev->pdev);
		ingot_sched_set_state(idev, failed);
	}
	ingot_sched_requeue(idev, taken);
	return ret;
}

static void bring_up(struct ingot_device *idev)
{
	scoped_guard(mutex, &idev->hw_lock) {
		idev->awake = true;
		ingot_ctx_restore_slots(idev);
		for (unsigned int q = 0; q < ING_QUEUES; q++)
			ingot_ring_start(&idev->rings[q]);
		ingot_hw_enable_irqs(idev);
	}
	ingot_copy_start(idev);
	ingot_sched_set_state(idev, INGOT_RUNNING);
}

/*
 * For good: what waits for the device ends with -ENODEV. The device is down already, or does not
 * answer
 */
static void give_up(struct ingot_device *idev)
{
	pci_clear_master(idev->pdev);
	ingot_sched_set_state(idev, INGOT_GONE);
	ingot_copy_stop(idev, -ENODEV);
	scoped_guard(mutex, &idev->hw_lock)
		ingot_sched_fail_all(idev);
}

static int bring_up_or_give_up(struct ingot_device *idev, int ret)
{
	if (!ret) {
		bring_up(idev);
		return 0;
	}
	drm_err(&idev->drm, "the device does not come back from a reset (%d): it is given up\n",
		ret);
	give_up(idev);
	return ret;
}

/*
 * Tells user space that only binding the driver again, or a reset of the bus, may help. It is what
 * drm_dev_wedged_event() sends; that one takes for granted that a device has a node in /dev/dri.
 */
static void tell_wedged(struct ingot_device *idev)
{
	char *event[2] = { "WEDGED=rebind,bus-reset", NULL };

	kobject_uevent_env(&idev->drm.accel->kdev->kobj, KOBJ_CHANGE, event);
}

/* ---- recovery ---- */

static void recover(struct ingot_device *idev, const char *reason)
{
	bool cookie;
	int ret;

	drm_err(&idev->drm, "resetting the device: %s\n", reason);
	cookie = dma_fence_begin_signalling();
	ingot_sched_set_state(idev, INGOT_STOPPED);
	ingot_coredump_take(idev, reason);
	ret = take_down(idev, INGOT_GONE);
	if (!ret)
		ingot_copy_stop(idev, 0);
	WRITE_ONCE(idev->stats.resets, idev->stats.resets + 1);
	ret = bring_up_or_give_up(idev, ret);
	dma_fence_end_signalling(cookie);
	if (ret)
		tell_wedged(idev);
}

static void recovery_work(struct work_struct *work)
{
	struct ingot_device *idev = container_of(work, struct ingot_device, recovery);
	const char *reason;

	guard(mutex)(&idev->recovery_lock);
	reason = READ_ONCE(idev->recovery_reason);
	/* who has stopped it resets it anyway */
	if (reason && idev->state == INGOT_RUNNING)
		recover(idev, reason);
	WRITE_ONCE(idev->recovery_reason, NULL);
}

/**
 * ingot_reset_trigger() - has the device reset soon
 * @idev: device
 * @reason: for the log and the coredump, a constant
 *
 * From anywhere. Requests that come before the reset is over are one.
 */
void ingot_reset_trigger(struct ingot_device *idev, const char *reason)
{
	if (!cmpxchg(&idev->recovery_reason, NULL, reason))
		queue_work(ingot_wq, &idev->recovery);
}

/**
 * ingot_reset_init() - sets up recovery
 * @idev: device
 */
void ingot_reset_init(struct ingot_device *idev)
{
	INIT_WORK(&idev->recovery, recovery_work);
}

/* ---- for others who take the device away ---- */

/**
 * ingot_device_stop() - takes the device away from everybody
 * @idev: device
 *
 * May be called when the device does not answer, and more than once: each call needs its
 * ingot_device_restart(). Jobs that can be run again, and those that had not begun, wait for that.
 */
void ingot_device_stop(struct ingot_device *idev)
{
	bool cookie;

	guard(mutex)(&idev->recovery_lock);
	if (idev->stops++ || idev->state == INGOT_GONE)
		return;
	cookie = dma_fence_begin_signalling();
	take_down(idev, INGOT_STOPPED);
	pci_clear_master(idev->pdev);
	ingot_copy_stop(idev, 0);
	dma_fence_end_signalling(cookie);
}

/**
 * ingot_device_restart() - starts the device again after ingot_device_stop(), or for the first time
 * @idev: device, with its PCI configuration in place
 *
 * Return: 0; a negative errno: it does not come back and was given up.
 */
int ingot_device_restart(struct ingot_device *idev)
{
	int ret;

	guard(mutex)(&idev->recovery_lock);
	if (WARN_ON_ONCE(!idev->stops))
		return 0;
	idev->stops--;
	if (idev->state == INGOT_GONE)
		return -ENODEV;
	if (idev->stops)
		return 0;
	ret = ingot_hw_reset(idev);
	if (!ret)
		pci_set_master(idev->pdev);
	ret = bring_up_or_give_up(idev, ret);
	if (ret)
		tell_wedged(idev);
	return ret;
}

/**
 * ingot_device_gone() - gives the device up
 * @idev: device that is unbound, or has failed for good
 *
 * When it returns, every job has ended, and the device is reset if it answers; it does no more DMA.
 */
void ingot_device_gone(struct ingot_device *idev)
{
	bool cookie;

	guard(mutex)(&idev->recovery_lock);
	if (idev->state == INGOT_GONE)
		return;
	cookie = dma_fence_begin_signalling();
	/* so that what has begun ends with -ENODEV, too */
	ingot_sched_set_state(idev, INGOT_GONE);
	take_down(idev, INGOT_GONE);
	give_up(idev);
	dma_fence_end_signalling(cookie);
}

/**
 * ingot_device_lost() - gives up a device that stays bound, and tells user space
 * @idev: device that has failed for good; nothing happens if that is known
 */
void ingot_device_lost(struct ingot_device *idev)
{
	if (!ingot_device_usable(idev))
		return;
	ingot_device_gone(idev);
	tell_wedged(idev);
}
