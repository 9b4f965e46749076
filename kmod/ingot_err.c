// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Resets of the PCI function by others (FLR, sysfs reset), and errors of the bus (AER).
 *
 * Both look alike from here: the device is taken from everybody, something happens to it, and it is
 * started anew. Jobs that had begun end as after any reset; device memory keeps what it held.
 *
 * Of an error, the PCI core calls error_detected() first; then mmio_enabled(), or a reset of the
 * link and slot_reset(); and resume() last. If the link does not come back, older cores call
 * nobody: then the deadline does what is left to do.
 */
#include <linux/pci.h>

#include <drm/drm_print.h>

#include "ingot_gem.h"

/* The core waits for up to 60 s until a device that was reset answers. */
#define RECOVERY_MS 90000

static void take_away(struct ingot_device *idev)
{
	ingot_window_shut(idev);
	ingot_device_stop(idev);
}

static int give_back(struct ingot_device *idev)
{
	int ret = ingot_device_restart(idev);

	ingot_window_open(idev);
	if (ret)
		return ret;
	scoped_guard(mutex, &idev->recovery_lock)
		WRITE_ONCE(idev->stats.resets, idev->stats.resets + 1);
	return 0;
}

/* It is gone: what its window shows does not matter, but that nobody waits for it does. */
static pci_ers_result_t give_up(struct ingot_device *idev)
{
	ingot_device_lost(idev);
	ingot_window_open(idev);
	return PCI_ERS_RESULT_DISCONNECT;
}

static void deadline(struct work_struct *work)
{
	struct ingot_device *idev =
		container_of(to_delayed_work(work), struct ingot_device, bus_recovery);

	drm_err(&idev->drm, "no recovery from a bus error after %u s: the device is given up\n",
		RECOVERY_MS / 1000);
	give_up(idev);
}

/**
 * ingot_err_init() - sets up the recovery from errors of the bus
 * @idev: device
 */
void ingot_err_init(struct ingot_device *idev)
{
	INIT_DELAYED_WORK(&idev->bus_recovery, deadline);
}

static void reset_prepare(struct pci_dev *pdev)
{
	take_away(pci_get_drvdata(pdev));
}

static void reset_done(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);
	int ret = give_back(idev);

	if (ret)
		drm_err(&idev->drm, "device did not come back from a function reset: %d\n", ret);
}

static pci_ers_result_t error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);
	bool pending;

	drm_err(&idev->drm, "bus error%s\n", state == pci_channel_io_normal ? "" :
		state == pci_channel_io_frozen ? ", link is frozen" : ", link is lost");
	pending = cancel_delayed_work_sync(&idev->bus_recovery);
	if (state == pci_channel_io_perm_failure)
		return give_up(idev);
	/* if it is pending, the recovery before this one has failed: all is as that has left it */
	if (!pending)
		take_away(idev);
	queue_delayed_work(ingot_wq, &idev->bus_recovery, msecs_to_jiffies(RECOVERY_MS));
	return pending || state == pci_channel_io_frozen ? PCI_ERS_RESULT_NEED_RESET :
							   PCI_ERS_RESULT_CAN_RECOVER;
}

static pci_ers_result_t mmio_enabled(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);

	return ingot_hw_is_gone(idev) ? PCI_ERS_RESULT_NEED_RESET : PCI_ERS_RESULT_RECOVERED;
}

static pci_ers_result_t slot_reset(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	/* a restored state counts as used up: the next error needs one too */
	pci_save_state(pdev);
	return ingot_hw_is_gone(idev) ? give_up(idev) : PCI_ERS_RESULT_RECOVERED;
}

static void resume(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);
	int ret;

	cancel_delayed_work_sync(&idev->bus_recovery);
	ret = give_back(idev);
	if (ret)
		drm_err(&idev->drm, "device did not come back after a bus error: %d\n", ret);
	else
		drm_info(&idev->drm, "recovered from a bus error\n");
}

const struct pci_error_handlers ingot_err_handlers = {
	.error_detected = error_detected,
	.mmio_enabled = mmio_enabled,
	.slot_reset = slot_reset,
	.resume = resume,
	.reset_prepare = reset_prepare,
	.reset_done = reset_done,
};
