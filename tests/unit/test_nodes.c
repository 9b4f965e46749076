// SPDX-License-Identifier: MIT
/* Which accel nodes are ours, on a made-up tree of sysfs; and what opening the wrong thing says. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/device/drm_nodes.h"

static char root[64];

static void make_node(const char *name, const char *uevent)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof(path), "%s/%s/device", root, name);
	assert_int_equal(mkdir(path, 0755), 0);
	if (!uevent)
		return;
	snprintf(path, sizeof(path), "%s/%s/device/uevent", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(uevent, f);
	fclose(f);
}

static int make_root(void **unused)
{
	(void)unused;
	snprintf(root, sizeof(root), "/tmp/ingot-nodes-XXXXXX");
	return !mkdtemp(root);
}

static int remove_root(void **unused)
{
	char command[128];

	(void)unused;
	snprintf(command, sizeof(command), "rm -r '%s'", root);
	return system(command);
}

#define OURS "DRIVER=ingot\nPCI_CLASS=120000\nPCI_ID=1234:494E\nPCI_SLOT_NAME=0000:00:02.0\n"

static void ours_are_found_in_order(void **unused)
{
	struct ingot_node *nodes;

	(void)unused;
	make_node("accel10", OURS);
	make_node("accel2", "MODALIAS=x\nPCI_SLOT_NAME=0000:00:03.0\nPCI_ID=1234:494E\nDRIVER=ingot\n");
	make_node("accel0", "DRIVER=habanalabs\nPCI_ID=1DA3:1000\n");
	make_node("accel1", "DRIVER=ingotx\n");
	make_node("accel3", NULL);
	make_node("accel", OURS);
	make_node("accel4x", OURS);
	make_node("card0", OURS);
	assert_int_equal(drm_nodes_read(root, &nodes, NULL), 2);
	assert_string_equal(nodes[0].uri, "drm:/dev/accel/accel2");
	assert_string_equal(nodes[0].path, "/dev/accel/accel2");
	assert_string_equal(nodes[0].bus, "0000:00:03.0");
	assert_string_equal(nodes[0].id, "1234:494e");
	assert_string_equal(nodes[1].uri, "drm:/dev/accel/accel10");
	free(nodes);
}

static void nothing_is_no_error(void **unused)
{
	struct ingot_node *nodes = (void *)1;
	char path[128];

	(void)unused;
	assert_int_equal(drm_nodes_read(root, &nodes, NULL), 0);
	assert_null(nodes);
	snprintf(path, sizeof(path), "%s/missing", root);
	assert_int_equal(drm_nodes_read(path, &nodes, NULL), 0);
	assert_null(nodes);
}

static void expect_error(const char *uri, int code, const char *words)
{
	struct ingot_error err = { 0 };

	assert_null(ingot_open(uri, NULL, &err));
	if (err.code != code || !strstr(err.text, words))
		fail_msg("%s: %d, '%s'", uri, err.code, err.text);
}

static void wrong_nodes_are_named(void **unused)
{
	char uri[128];

	(void)unused;
	snprintf(uri, sizeof(uri), "drm:%s/accel0", root);
	expect_error(uri, -ENOENT, "no such node");
	expect_error("drm:/dev/null", -ENODEV, "/dev/null: not an accelerator's node");
	snprintf(uri, sizeof(uri), "drm:%s", root);
	expect_error(uri, -EISDIR, root);
	expect_error("dram:", -EINVAL, "use drm:NODE, func:CONFIG or rtl:CONFIG");
}

static void nodes_without_permission_name_the_group(void **unused)
{
	char path[128], uri[160];
	FILE *f;

	(void)unused;
	snprintf(path, sizeof(path), "%s/accel0", root);
	f = fopen(path, "w");
	assert_non_null(f);
	fclose(f);
	chmod(path, 0);
	chmod(root, 0755);
	snprintf(uri, sizeof(uri), "drm:%s", path);
	/* root may open anything */
	if (!geteuid())
		assert_int_equal(seteuid(65534), 0);
	expect_error(uri, -EACCES, "become a member of the group");
	if (!getuid())
		assert_int_equal(seteuid(0), 0);
}

static void unknown_ways_to_submit_are_refused(void **unused)
{
	const struct ingot_open_options options = { .submit = "pigeon" };
	struct ingot_error err = { 0 };

	(void)unused;
	assert_null(ingot_open("func:tiny", &options, &err));
	assert_int_equal(err.code, -EINVAL);
	assert_non_null(strstr(err.text, "pigeon"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(ours_are_found_in_order, make_root, remove_root),
		cmocka_unit_test_setup_teardown(nothing_is_no_error, make_root, remove_root),
		cmocka_unit_test_setup_teardown(wrong_nodes_are_named, make_root, remove_root),
		cmocka_unit_test_setup_teardown(nodes_without_permission_name_the_group, make_root,
						remove_root),
		cmocka_unit_test(unknown_ways_to_submit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
