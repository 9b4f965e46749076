// SPDX-License-Identifier: MIT
/* What holds for the structure of every ioctl: its size, its padding, its address. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "calls.h"
#include "tap.h"

#define GUARD 0xa5

/* CHECK_IS() that names the call */
static void expect(const struct call *c, const char *what, int actual, int expected)
{
	if (actual != expected)
		tap_fail(__FILE__, __LINE__, "%s, %s: %d, not %d", c->name, what, actual, expected);
}

static int call_at(struct call_rig *rig, const struct call *c, size_t size, void *arg)
{
	return raw_ioctl(rig->b.fd, raw_sized(c->request, size), arg);
}

static void test_valid(void)
{
	struct call_rig rig;
	union call_arg arg;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		c->fill(&rig, &arg);
		expect(c, "as it should be", call_at(&rig, c, call_size(c), &arg), 0);
		c->undo(&rig, &arg, 0);
	}
	bench_prove(&rig.b);
}

static void test_long(void)
{
	struct call_rig rig;
	union call_arg arg;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		for (size_t more = 8; more <= 64; more *= 2) {
			memset(&arg, 0, sizeof(arg));
			c->fill(&rig, &arg);
			memset(arg.bytes + call_size(c), 0, more);
			expect(c, "longer", call_at(&rig, c, call_size(c) + more, &arg), 0);
			c->undo(&rig, &arg, 0);
		}
	}
}

/* What the answer is depends on what is cut off; that nothing behind it is touched does not. */
static void call_short(struct call_rig *rig, const struct call *c, size_t size)
{
	union call_arg arg, whole;

	c->fill(rig, &whole);
	memset(&arg, GUARD, sizeof(arg));
	memcpy(&arg, &whole, size);
	call_at(rig, c, size, &arg);
	for (size_t i = size; i < sizeof(arg); i++)
		if (arg.bytes[i] != GUARD)
			tap_fail(__FILE__, __LINE__, "%s of %zu bytes writes byte %zu", c->name,
				 size, i);
}

static void test_short(void)
{
	struct call_rig rig;

	for (const struct call *c = calls; c->name; c++) {
		for (size_t size = 0; size < call_size(c); size += 8) {
			calls_open(&rig);
			call_short(&rig, c, size);
			calls_drain(&rig);
			bench_prove(&rig.b);
			close(rig.b.fd);
		}
	}
}

static void test_cut_members(void)
{
	struct drm_ingot_submit s;
	struct bench b;

	bench_open(&b);
	s = bench_job(&b, PROG_EMIT, 7, 8);
	s.in_count = s.out_count = 77;
	CHECK_OK(raw_ioctl(b.fd, raw_sized(DRM_IOCTL_INGOT_SUBMIT,
					   offsetof(struct drm_ingot_submit, in_count)), &s));
	CHECK_IS(bench_next(&b).value, 7);
	CHECK_IS(bench_next(&b).status, 0);
	s = bench_job(&b, PROG_EMIT, 7, 8);
	CHECK_OK(raw_ioctl(b.fd, raw_sized(DRM_IOCTL_INGOT_SUBMIT,
					   offsetof(struct drm_ingot_submit, args) + 4), &s));
	CHECK_IS(bench_next(&b).value2, 0);
}

static void test_zeros(void)
{
	struct call_rig rig;
	union call_arg arg;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		for (int z = 0; z < CALL_ZEROS && c->bits[z]; z++) {
			for (uint32_t bit = 1; bit; bit <<= 1) {
				uint32_t word;

				if (!(c->bits[z] & bit))
					continue;
				c->fill(&rig, &arg);
				memcpy(&word, arg.bytes + c->zeros[z], 4);
				word |= bit;
				memcpy(arg.bytes + c->zeros[z], &word, 4);
				expect(c, "a bit that must be zero",
				       call_at(&rig, c, call_size(c), &arg), -EINVAL);
				c->undo(&rig, &arg, -EINVAL);
			}
		}
	}
	bench_prove(&rig.b);
}

static void test_unmapped(void)
{
	struct call_rig rig;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		expect(c, "nothing there",
		       call_at(&rig, c, call_size(c), (void *)BAD_ADDRESS), -EFAULT);
		expect(c, "in the kernel",
		       call_at(&rig, c, call_size(c), (void *)WILD_ADDRESS), -EFAULT);
		expect(c, "at NULL", call_at(&rig, c, call_size(c), NULL), -EFAULT);
	}
	bench_prove(&rig.b);
}

static void test_border(void)
{
	struct call_rig rig;
	union call_arg arg;

	calls_open(&rig);
	for (const struct call *c = calls; c->name; c++) {
		size_t size = call_size(c);
		char *place = raw_before_hole(size);

		c->fill(&rig, &arg);
		memcpy(place, &arg, size);
		expect(c, "before a hole", call_at(&rig, c, size, place), 0);
		memcpy(&arg, place, size);
		c->undo(&rig, &arg, 0);
		expect(c, "across a border", call_at(&rig, c, size, place + 1), -EFAULT);
	}
	bench_prove(&rig.b);
}

static void *read_only_copy(const union call_arg *arg)
{
	void *page = mmap(NULL, sizeof(*arg), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	CHECK(page != MAP_FAILED);
	memcpy(page, arg, sizeof(*arg));
	CHECK_OK(mprotect(page, sizeof(*arg), PROT_READ));
	return page;
}

/* What was made by a call that could not answer is given back when the file is closed */
static void test_read_only(void)
{
	const int other = raw_open_alone();
	const uint64_t used = raw_memory(other).used;

	for (const struct call *c = calls; c->name; c++) {
		const bool answers = _IOC_DIR(c->request) & _IOC_READ;
		struct call_rig rig;
		union call_arg arg;

		calls_open(&rig);
		c->fill(&rig, &arg);
		expect(c, "read only", call_at(&rig, c, call_size(c), read_only_copy(&arg)),
		       answers ? -EFAULT : 0);
		bench_prove(&rig.b);
		close(rig.b.fd);
	}
	raw_wait_used(other, used);
}

static void test_numbers(void)
{
	uint8_t arg[256] = { 0 };
	struct bench b;

	bench_open(&b);
	for (unsigned int nr = DRM_INGOT_CANCEL + 1; nr < DRM_COMMAND_END - DRM_COMMAND_BASE; nr++)
		for (size_t size = 0; size <= sizeof(arg); size += 64)
			CHECK(raw_ioctl(b.fd, _IOC(_IOC_READ | _IOC_WRITE, DRM_IOCTL_BASE,
						   DRM_COMMAND_BASE + nr, size), arg) < 0);
	CHECK_IS(raw_ioctl(b.fd, _IOWR('x', DRM_COMMAND_BASE, struct drm_ingot_query), arg),
		 -ENOTTY);
	bench_prove(&b);
}

static const struct tap_case cases[] = {
	{ "every ioctl works as documented", test_valid },
	{ "a structure may be longer than the driver's, with zeros at its end", test_long },
	{ "nothing behind a structure that is shorter is written", test_short },
	{ "members that are cut off are taken as zero", test_cut_members },
	{ "each bit of padding and each undefined flag must be zero", test_zeros },
	{ "a structure that is not there gives EFAULT", test_unmapped },
	{ "a structure may end at the end of memory and not past it", test_border },
	{ "a structure that cannot be written gives EFAULT and leaks nothing", test_read_only },
	{ "numbers that are no ioctl's are refused", test_numbers },
	{ 0 },
};

int main(int argc, char **argv)
{
	return tap_main(argc, argv, cases);
}
