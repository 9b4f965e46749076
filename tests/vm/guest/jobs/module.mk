# SPDX-License-Identifier: MIT
#
# Jobs: by ioctl, by io_uring, and what they meet.
JOBS := build/tests/vm/guest/jobs
JOBS_TESTS := $(addprefix $(JOBS)/,submit uring recover)

GUEST_TESTS += $(JOBS_TESTS)

build/obj/tests/vm/guest/jobs/%.o: CPPFLAGS += -D_GNU_SOURCE $(LIBDRM_CFLAGS)

$(JOBS)/%: build/obj/tests/vm/guest/jobs/%.o build/obj/tests/vm/guest/jobs/board.o build/obj/tests/vm/guest/lib/report.o
	$(say) LINK $@
	$(Q)mkdir -p $(@D) && $(CC) -static $(LDFLAGS) -o $@ $^ -luring -lpthread
