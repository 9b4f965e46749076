# SPDX-License-Identifier: MIT
#
# Fuzzers: libFuzzer with ASan and UBSan, so clang compiles them and the library anew, under build/fuzz/. A target NAME is
# fuzz_NAME.c; corpus/NAME/ holds the inputs that it starts with. Read after the fragments that add to LIB_SRCS.
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PROGRAMS := $(FUZZERS:%=build/fuzz/%)
FUZZ_FLAGS := -std=gnu11 -O1 -g -pthread -ffp-contract=off $(WARN) -fno-omit-frame-pointer \
	-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_OBJ := build/fuzz/obj

TESTS += tests/fuzz/brief.t
TEST_DEPS += $(FUZZ_PROGRAMS) build/fuzz/seeds

$(FUZZ_OBJ)/hw/func/kernels_avx2.o $(FUZZ_OBJ)/hw/func/kernels_avx2_matmul.o: FUZZ_FLAGS += $(AVX2_FLAGS)
$(FUZZ_OBJ)/hw/func/kernels_avx512.o $(FUZZ_OBJ)/hw/func/kernels_avx512_matmul.o: FUZZ_FLAGS += $(AVX512_FLAGS)
$(FUZZ_OBJ)/runtime/%.o: CPPFLAGS += $(LIBDRM_CFLAGS)

$(FUZZ_OBJ)/%.o: %.c Makefile tests/fuzz/module.mk | $(GEN_HDRS)
	$(say) CC $@
	$(Q)mkdir -p $(@D) && clang $(CPPFLAGS) $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

build/fuzz/libingot.a: $(LIB_SRCS:%.c=$(FUZZ_OBJ)/%.o)
	$(say) AR $@
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

$(FUZZ_PROGRAMS): build/fuzz/%: $(FUZZ_OBJ)/tests/fuzz/fuzz_%.o $(FUZZ_OBJ)/tests/unit/gguf_builder.o build/fuzz/libingot.a
	$(say) LINK $@
	$(Q)clang -fsanitize=fuzzer,address,undefined $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

# Writes seeds that are better made than kept.
build/fuzz/seeds: build/obj/tests/fuzz/seeds.o build/obj/tests/unit/gguf_builder.o build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

## fuzz: all fuzzers for SECONDS of processor time each, 7200 unless said otherwise (SEED= to choose)
.PHONY: fuzz fuzz-host
fuzz: fuzz-host fuzz-vfio fuzz-uapi

## fuzz-host: model files, tokeniser, device tree, rings and descriptors (FUZZERS= to choose)
fuzz-host: $(FUZZ_PROGRAMS) build/fuzz/seeds
	$(Q)$(if $(SEED),SEED=$(SEED)) tests/fuzz/run --seconds $(or $(SECONDS),7200) $(FUZZERS)
