# SPDX-License-Identifier: MIT
TESTS += tests/fidelity/kld tests/fidelity/base_file tests/fidelity/formats_small

## fidelity: KL divergence from the exact model, all 14 chunks of the text (minutes)
.PHONY: fidelity
fidelity: build/ingot build/configs/host.dtb
	$(Q)tests/fidelity/kld 14

## fidelity-formats: the same for models in each of GGUF's types, and for wider ones in K types (half an hour)
.PHONY: fidelity-formats
fidelity-formats: build/ingot build/configs/host.dtb
	$(Q)tests/fidelity/formats
	$(Q)tests/fidelity/formats --wide Q6_K Q5_K_M Q4_K_M Q3_K_M Q2_K IQ4_XS
