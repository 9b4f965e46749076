# SPDX-License-Identifier: MIT
TESTS += tests/fidelity/kld tests/fidelity/base_file

## fidelity: KL divergence from the exact model, all 14 chunks of the text (minutes)
.PHONY: fidelity
fidelity: build/ingot build/configs/host.dtb
	$(Q)tests/fidelity/kld 14
