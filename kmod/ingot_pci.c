// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * PCI: probe and remove. The device becomes a bus master only when it has been reset and its rings
 * are known, and stops being one before anything that it might write to is freed.
 */
#include <drm/drm_drv.h>
#include <drm/drm_managed.h>
#include <drm/drm_print.h>
#include <linux/dma-mapping.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "ingot_drv.h"
#include "ingot_pci.h"
#include "ingot_trace.h"

/* ---- interrupts ---- */

static unsigned int serve(struct ingot_device *idev, unsigned int queue)
{
	return queue == ING_QUEUE_JOB ? ingot_sched_drain(idev) : ingot_copy_irq(idev);
}

/* Cause q raises vector q modulo their number */
static irqreturn_t irq_handler(int irq, void *data)
{
	struct ingot_vector *vector = data;
	struct ingot_device *idev = vector->idev;
	unsigned int count = 0;

	for (unsigned int q = vector->number; q < ING_QUEUES; q += idev->vectors)
		count += serve(idev, q);
	atomic_inc(&idev->stats.irqs);
	if (!count)
		atomic_inc(&idev->stats.spurious);
	trace_ingot_irq(idev->drm.dev, vector->number, count);
	return IRQ_HANDLED;
}

static void free_vectors(void *data)
{
	pci_free_irq_vectors(data);
}

static int allocate_vectors(struct ingot_device *idev)
{
	/* without a board block nobody could route both causes to one vector */
	unsigned int min = idev->has_board ? 1 : ING_QUEUES;
	int ret = pci_alloc_irq_vectors(idev->pdev, min, ING_QUEUES, PCI_IRQ_MSIX);

	if (ret < 0)
		return ret;
	idev->vectors = ret;
	return devm_add_action_or_reset(&idev->pdev->dev, free_vectors, idev->pdev);
}

static int set_up_irqs(struct ingot_device *idev)
{
	struct device *dev = &idev->pdev->dev;
	int ret = allocate_vectors(idev);

	if (ret)
		return dev_err_probe(dev, ret, "no MSI-X interrupts\n");
	for (unsigned int v = 0; v < idev->vectors; v++) {
		struct ingot_vector *vector = &idev->irqs[v];

		vector->idev = idev;
		vector->number = v;
		ret = devm_request_irq(dev, pci_irq_vector(idev->pdev, v), irq_handler, 0,
				       "ingot", vector);
		if (ret)
			return dev_err_probe(dev, ret, "interrupt %u\n", v);
	}
	return 0;
}

/* ---- probe ---- */

static int map_bars(struct ingot_device *idev)
{
	struct pci_dev *pdev = idev->pdev;
	struct device *dev = &pdev->dev;

	if (pci_resource_len(pdev, ING_PCI_BAR_REGS) < ING_BAR_BYTES)
		return dev_err_probe(dev, -ENODEV, "BAR %d is too small for the registers\n",
				     ING_PCI_BAR_REGS);
	idev->regs = pcim_iomap_region(pdev, ING_PCI_BAR_REGS, "ingot");
	if (IS_ERR(idev->regs))
		return dev_err_probe(dev, PTR_ERR(idev->regs), "registers cannot be mapped\n");
	idev->bar_memory = pci_resource_start(pdev, ING_PCI_BAR_MEMORY);
	if (idev->bar_memory)
		idev->mappable_bytes = pci_resource_len(pdev, ING_PCI_BAR_MEMORY);
	return 0;
}

static int set_up_dma(struct ingot_device *idev)
{
	struct device *dev = &idev->pdev->dev;
	int ret = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));

	if (ret)
		return dev_err_probe(dev, ret, "64-bit DMA\n");
	dma_set_max_seg_size(dev, UINT_MAX);
	for (unsigned int q = 0; q < ING_QUEUES && !ret; q++)
		ret = ingot_ring_init(idev, q);
	if (!ret)
		ret = ingot_coredump_init(idev);
	return ret ? dev_err_probe(dev, ret, "rings\n") : 0;
}

static int find_device(struct ingot_device *idev)
{
	struct pci_dev *pdev = idev->pdev;
	int ret = pcim_enable_device(pdev);

	if (ret)
		return dev_err_probe(&pdev->dev, ret, "cannot be enabled\n");
	/* whoever drove it before may have left it on */
	pci_clear_master(pdev);
	ret = map_bars(idev);
	if (ret)
		return ret;
	ret = ingot_hw_identify(idev);
	if (ret)
		return ret;
	idev->mappable_bytes = min(idev->mappable_bytes, idev->memory_bytes);
	ret = ingot_hw_reset(idev);
	return ret ? dev_err_probe(&pdev->dev, ret, "cannot be reset\n") : 0;
}

static void stop_works(struct ingot_device *idev)
{
	cancel_work_sync(&idev->recovery);
	cancel_delayed_work_sync(&idev->bus_recovery);
	cancel_delayed_work_sync(&idev->tick);
	cancel_work_sync(&idev->kick);
}

/* A fence that signals late may have asked for a kick that has become pointless */
static void release_works(struct drm_device *drm, void *unused)
{
	stop_works(to_ingot_device(drm));
}

static int init_software(struct ingot_device *idev)
{
	int ret;

	mutex_init(&idev->recovery_lock);
	mutex_init(&idev->hw_lock);
	mutex_init(&idev->ctx_lock);
	init_waitqueue_head(&idev->ctx_free);
	ingot_sched_init(idev);
	ingot_tick_init(idev);
	ingot_reset_init(idev);
	ingot_err_init(idev);
	ingot_gem_init(idev);
	ret = drmm_add_action_or_reset(&idev->drm, release_works, NULL);
	return ret ?: ingot_vram_init(idev) ?: ingot_copy_init(idev) ?: ingot_sysfs_init(idev);
}

static int start(struct ingot_device *idev)
{
	int ret;

	/* probe is the first restart */
	idev->stops = 1;
	ret = ingot_device_restart(idev);
	if (ret)
		return ret;
	ingot_debugfs_init(idev);
	ret = drm_dev_register(&idev->drm, 0);
	if (ret) {
		ingot_device_gone(idev);
		stop_works(idev);
		return dev_err_probe(&idev->pdev->dev, ret, "cannot be registered\n");
	}
	ingot_hwmon_init(idev);
	return 0;
}

static int probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct ingot_device *idev;
	int ret;

	idev = devm_drm_dev_alloc(&pdev->dev, &ingot_drm_driver, struct ingot_device, drm);
	if (IS_ERR(idev))
		return PTR_ERR(idev);
	idev->pdev = pdev;
	pci_set_drvdata(pdev, idev);
	ret = find_device(idev) ?: set_up_dma(idev) ?: init_software(idev) ?: set_up_irqs(idev);
	if (ret)
		return ret;
	ret = start(idev);
	if (ret)
		return ret;
	/* what a link reset after a bus error forgets, see ingot_err.c */
	pci_save_state(pdev);
	drm_info(&idev->drm, "interface %u.%u, %llu MiB of memory, %llu MiB mappable, %u vectors\n",
		 idev->version >> 16, idev->version & 0xffff, idev->memory_bytes >> 20,
		 idev->mappable_bytes >> 20, idev->vectors);
	return 0;
}

static void remove(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);

	/* waits for those who are at the registers; no ioctl begins after it */
	drm_dev_unplug(&idev->drm);
	ingot_device_gone(idev);
	stop_works(idev);
	ingot_gem_unmap_all(idev);
}

/* The next kernel must not find the device writing to memory */
static void shutdown(struct pci_dev *pdev)
{
	struct ingot_device *idev = pci_get_drvdata(pdev);

	ingot_device_gone(idev);
}

static const struct pci_device_id ids[] = {
	{ PCI_DEVICE(ING_PCI_VENDOR, ING_PCI_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, ids);

struct pci_driver ingot_pci_driver = {
	.name = "ingot",
	.id_table = ids,
	.probe = probe,
	.remove = remove,
	.shutdown = shutdown,
	.err_handler = &ingot_err_handlers,
	.dev_groups = ingot_sysfs_groups,
	.driver.pm = pm_sleep_ptr(&ingot_pm_ops),
};
