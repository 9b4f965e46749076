# SPDX-License-Identifier: MIT
#
# Formal proofs of small blocks, see docs/formal.md. `make check` runs them all; `make formal` proves more sizes of them.
# ONLY=WORD: those with WORD in their title.
TESTS += tests/formal/run.t

## formal: the formal proofs alone, of more sizes (ONLY=WORD to choose)
.PHONY: formal
formal:
	$(Q)LONG=1 ONLY='$(ONLY)' tests/formal/run.t
