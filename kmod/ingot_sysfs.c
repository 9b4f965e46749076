// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Identity in sysfs, beside the PCI device's own files: model, version, resets, and config_dtb, the
 * flattened device tree from the device's ROM. All of it is constant but for the resets.
 */
#include <linux/sysfs.h>

#include <drm/drm_print.h>

#include "ingot_drv.h"

static ssize_t model_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ingot_device *idev = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", ingot_config_model(idev->config, idev->config_bytes));
}
static DEVICE_ATTR_RO(model);

static ssize_t version_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ingot_device *idev = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u.%u\n", idev->version >> 16, idev->version & 0xffff);
}
static DEVICE_ATTR_RO(version);

static ssize_t resets_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct ingot_device *idev = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(idev->stats.resets));
}
static DEVICE_ATTR_RO(resets);

static struct attribute *attributes[] = {
	&dev_attr_model.attr,
	&dev_attr_version.attr,
	&dev_attr_resets.attr,
	NULL
};

static const struct attribute_group group = {
	.attrs = attributes,
};

const struct attribute_group *ingot_sysfs_groups[] = {
	&group,
	NULL
};

/* Name, mode and function; content and size are those of each device. */
static BIN_ATTR_SIMPLE_RO(config_dtb);

struct config_file {
	struct kobject *kobj;
	typeof(bin_attr_config_dtb) attr;
};

static void remove_config(void *data)
{
	struct config_file *file = data;

	sysfs_remove_bin_file(file->kobj, &file->attr);
}

/**
 * ingot_sysfs_init() - show the configuration
 * @idev: device, identified
 *
 * It is in no group because its size differs from device to device.
 *
 * Return: 0 or a negative errno.
 */
int ingot_sysfs_init(struct ingot_device *idev)
{
	struct device *dev = &idev->pdev->dev;
	struct config_file *file = devm_kzalloc(dev, sizeof(*file), GFP_KERNEL);
	int ret;

	if (!file)
		return -ENOMEM;
	file->kobj = &dev->kobj;
	file->attr = bin_attr_config_dtb;
	sysfs_bin_attr_init(&file->attr);
	file->attr.size = idev->config_bytes;
	file->attr.private = idev->config;
	ret = sysfs_create_bin_file(file->kobj, &file->attr);
	if (ret)
		return ret;
	return devm_add_action_or_reset(dev, remove_config, file);
}
