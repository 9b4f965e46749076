// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Resets of the PCI function by others (FLR, sysfs reset), and errors of the bus (AER).
 *
 * Both look alike from here: the device is taken from everybody, something happens to it, and it is
 * started anew. Jobs that had begun end as after any reset; device memory keeps what it held.
 */
#include <linux/pci.h>

#include <drm/drm_print.h>

#include "ingot_gem.h"

static void take_away(struct ingot_device *idev)
{
	ingot_window_shut(idev);
	ingot_device_stop(idev);
}

static int give_back(struct ingot_device *idev)
{
	int ret = ingot_device_restart(idev);

	ingot_window_open(idev);
	return ret;
}

/* It is gone: what its window shows does not matter, but that nobody waits for it does. */
static pci_ers_result_t give_up(struct ingot_device *idev)
{
	ingot_device_gone(idev);
	ingot_window_open(idev);
	return PCI_ERS_RESULT_DISCONNECT;
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

	drm_err(&idev->drm, "bus error%s\n", state == pci_channel_io_normal ? "" :
		state == pci_channel_io_frozen ? ", link is frozen" : ", link is lost");
	if (state == pci_channel_io_perm_failure)
		return give_up(idev);
	take_away(idev);
	return state == pci_channel_io_frozen ? PCI_ERS_RESULT_NEED_RESET :
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
	int ret = give_back(idev);

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
