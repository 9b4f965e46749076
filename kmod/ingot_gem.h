/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the files about buffer objects share with one another and with power management. */
#ifndef INGOT_GEM_H
#define INGOT_GEM_H

#include "ingot_drv.h"

/* ---- ingot_gem.c ---- */
void ingot_gem_list(struct ingot_bo *bo);
void ingot_gem_unlist(struct ingot_bo *bo);

/* ---- ingot_vram.c ---- */
struct ingot_bo *ingot_vram_create(struct ingot_device *idev, u64 size, u32 flags);
void ingot_window_shut(struct ingot_device *idev);
void ingot_window_open(struct ingot_device *idev);

#endif
