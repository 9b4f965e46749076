// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The board's temperature, where it has a sensor. */
#include <linux/err.h>
#include <linux/hwmon.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include "ingot_drv.h"

static int read_temperature(struct ingot_device *idev, long *millidegrees)
{
	u32 value;

	guard(mutex)(&idev->hw_lock);
	if (!idev->awake)
		return -EAGAIN;
	value = ingot_hw_read(idev, ING_REG_BOARD_TEMP);
	/* all ones is a temperature too, unless the device is gone */
	if (value == ING_BOARD_NO_TEMP || (value == U32_MAX && ingot_hw_is_gone(idev)))
		return -ENODATA;
	*millidegrees = (s32)value;
	return 0;
}

static int hwmon_read(struct device *dev, enum hwmon_sensor_types type, u32 attr, int channel,
		      long *value)
{
	struct ingot_device *idev = dev_get_drvdata(dev);
	int index, ret;

	if (!drm_dev_enter(&idev->drm, &index))
		return -ENODEV;
	ret = read_temperature(idev, value);
	drm_dev_exit(index);
	return ret;
}

static umode_t hwmon_is_visible(const void *data, enum hwmon_sensor_types type, u32 attr,
				int channel)
{
	return 0444;
}

static const struct hwmon_ops ops = {
	.is_visible = hwmon_is_visible,
	.read = hwmon_read,
};

static const struct hwmon_channel_info *const channels[] = {
	HWMON_CHANNEL_INFO(temp, HWMON_T_INPUT),
	NULL
};

static const struct hwmon_chip_info chip = {
	.ops = &ops,
	.info = channels,
};

/**
 * ingot_hwmon_init() - show the board's sensors
 * @idev: device, awake
 *
 * A device without them is as good as one with them.
 */
void ingot_hwmon_init(struct ingot_device *idev)
{
	struct device *hwmon;

	if (!IS_REACHABLE(CONFIG_HWMON) || !idev->has_board ||
	    ingot_hw_read(idev, ING_REG_BOARD_TEMP) == ING_BOARD_NO_TEMP)
		return;
	hwmon = devm_hwmon_device_register_with_info(&idev->pdev->dev, "ingot", idev, &chip, NULL);
	if (IS_ERR(hwmon))
		drm_warn(&idev->drm, "no hwmon device: %pe\n", hwmon);
}
