# SPDX-License-Identifier: MIT
#
# From sources to objects, the library, the program and the test programs.

LIB_OBJS += $(LIB_SRCS:%.c=build/obj/%.o)
BIN_OBJS := $(BIN_SRCS:%.c=build/obj/%.o)

# A change of flags is a change of every object they apply to.
$(foreach module,$(MODULES),$(eval \
	$(filter build/obj/$(module)/%,$(LIB_OBJS) $(BIN_OBJS)): $(wildcard $(module)/module.mk)))

build/obj/%.o: %.c Makefile | $(GEN_HDRS)
	$(say) CC $@
	$(Q)mkdir -p $(@D) && $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

build/obj/%.o: %.cpp Makefile | $(GEN_HDRS)
	$(say) CXX $@
	$(Q)mkdir -p $(@D) && $(CXX) $(CPPFLAGS) $(CXXFLAGS) -MMD -MP -c -o $@ $<

# Made anew each time: ar would keep members whose source is gone.
build/libingot.a: $(LIB_OBJS)
	$(say) AR $@
	$(Q)mkdir -p $(@D) && rm -f $@ && $(AR) rcs $@ $^

build/libingot.so: $(LIB_OBJS) runtime/libingot.map
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) -shared -Wl,--no-undefined -Wl,--version-script=runtime/libingot.map $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB_LIBS)

build/ingot: $(BIN_OBJS) build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) $(LDFLAGS) -o $@ $^ $(LIB_LIBS) $(BIN_LIBS)

# The library last: a linker takes from it what the objects before it need.
build/tests/%: build/obj/tests/%.o build/libingot.a
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(LINK) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIB_LIBS) -lcmocka

-include $(if $(wildcard build/obj),$(shell find build/obj -name '*.d'))
