// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The DRM driver: operations of files and of the device, the table of ioctls, the module. */
#include <drm/drm_accel.h>
#include <drm/drm_drv.h>
#include <drm/drm_ioctl.h>
#include <linux/io_uring/cmd.h>
#include <linux/module.h>
#include <linux/rcupdate.h>

#include "ingot_drv.h"
#include "ingot_pci.h"

unsigned int ingot_timeout_ms = 10000;
module_param_named(timeout_ms, ingot_timeout_ms, uint, 0644);
MODULE_PARM_DESC(timeout_ms, "stop a job that makes no progress for so long (default 10000; 0: never)");

unsigned int ingot_limit_ms = 600000;
module_param_named(limit_ms, ingot_limit_ms, uint, 0644);
MODULE_PARM_DESC(limit_ms, "stop a job that runs for so long (default 600000; 0: never)");

/* Contexts may outlive their device; all work is over when the module goes. */
struct workqueue_struct *ingot_wq;

/* ---- files ---- */

static int open_file(struct drm_device *drm, struct drm_file *file)
{
	struct ingot_device *idev = to_ingot_device(drm);
	struct ingot_file *ifile;

	if (!ingot_device_usable(idev))
		return -ENXIO;
	ifile = ingot_file_create(idev, file);
	if (IS_ERR(ifile))
		return PTR_ERR(ifile);
	file->driver_priv = ifile;
	return 0;
}

static void close_file(struct drm_device *drm, struct drm_file *file)
{
	struct ingot_file *ifile = file->driver_priv;

	ingot_ctx_close_all(ifile);
	ingot_file_put(ifile);
}

/* What DRM_ACCEL_FOPS says, but for poll and uring_cmd */
static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = accel_open,
	.release = drm_release,
	.unlocked_ioctl = drm_ioctl,
	.compat_ioctl = drm_compat_ioctl,
	.poll = ingot_poll,
	.read = drm_read,
	.llseek = noop_llseek,
	.mmap = drm_gem_mmap,
	.uring_cmd = ingot_uring_cmd,
	.show_fdinfo = drm_show_fdinfo,
	.fop_flags = FOP_UNSIGNED_OFFSET,
};

static const struct drm_ioctl_desc ioctls[] = {
	DRM_IOCTL_DEF_DRV(INGOT_QUERY, ingot_ioctl_query, 0),
	DRM_IOCTL_DEF_DRV(INGOT_BO_CREATE, ingot_ioctl_bo_create, 0),
	DRM_IOCTL_DEF_DRV(INGOT_BO_INFO, ingot_ioctl_bo_info, 0),
	DRM_IOCTL_DEF_DRV(INGOT_COPY, ingot_ioctl_copy, 0),
	DRM_IOCTL_DEF_DRV(INGOT_CTX_CREATE, ingot_ioctl_ctx_create, 0),
	DRM_IOCTL_DEF_DRV(INGOT_CTX_DESTROY, ingot_ioctl_ctx_destroy, 0),
	DRM_IOCTL_DEF_DRV(INGOT_CTX_BIND, ingot_ioctl_ctx_bind, 0),
	DRM_IOCTL_DEF_DRV(INGOT_SUBMIT, ingot_ioctl_submit, 0),
	DRM_IOCTL_DEF_DRV(INGOT_WAIT, ingot_ioctl_wait, 0),
	DRM_IOCTL_DEF_DRV(INGOT_CANCEL, ingot_ioctl_cancel, 0),
};

const struct drm_driver ingot_drm_driver = {
	.driver_features = DRIVER_COMPUTE_ACCEL | DRIVER_GEM | DRIVER_SYNCOBJ |
			   DRIVER_SYNCOBJ_TIMELINE,
	.open = open_file,
	.postclose = close_file,
	.gem_create_object = ingot_gem_create_object,
	.gem_prime_import = ingot_prime_import,
	.gem_prime_import_sg_table = drm_gem_shmem_prime_import_sg_table,
	.show_fdinfo = ingot_show_fdinfo,
	.ioctls = ioctls,
	.num_ioctls = ARRAY_SIZE(ioctls),
	.fops = &fops,
	.name = "ingot",
	.desc = "Ingot transformer accelerator",
	.major = DRM_INGOT_VERSION_MAJOR,
	.minor = DRM_INGOT_VERSION_MINOR,
};

/* ---- module ---- */

static int __init ingot_init(void)
{
	int ret;

	ingot_wq = alloc_workqueue("ingot", WQ_MEM_RECLAIM | WQ_HIGHPRI | WQ_UNBOUND, 0);
	if (!ingot_wq)
		return -ENOMEM;
	ret = pci_register_driver(&ingot_pci_driver);
	if (ret)
		destroy_workqueue(ingot_wq);
	return ret;
}

static void __exit ingot_exit(void)
{
	pci_unregister_driver(&ingot_pci_driver);
	destroy_workqueue(ingot_wq);
	/* fences are freed after a grace period, by a function of this module */
	rcu_barrier();
}

module_init(ingot_init);
module_exit(ingot_exit);

MODULE_DESCRIPTION("Ingot transformer accelerator");
MODULE_AUTHOR("The Ingot authors");
MODULE_LICENSE("Dual MIT/GPL");
