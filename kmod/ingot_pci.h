/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef INGOT_PCI_H
#define INGOT_PCI_H

struct drm_driver;
struct pci_driver;

extern const struct drm_driver ingot_drm_driver;
extern struct pci_driver ingot_pci_driver;

#endif
