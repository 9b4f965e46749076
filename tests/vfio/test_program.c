// SPDX-License-Identifier: MIT
/* The program: options, messages, exit statuses, sockets, signals, counters, control. */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <json-c/json.h>

#include "hw/sim/board/listen.h"

#define PROGRAM "build/ingot-sim"

/* A running program: its standard input and output */
struct process {
	pid_t pid;
	int in;
	FILE *out;
};

static char folder[] = "/tmp/ingot-sim-XXXXXX";
static char socket_path[64], control_path[64], stats_path[64], script_path[64];

/* ---- processes ---- */

static struct process start(const char *const *args, int merge_stderr)
{
	const char *argv[24] = { PROGRAM };
	struct process p;
	int in[2], out[2];

	for (int i = 0; args[i]; i++)
		argv[i + 1] = args[i];
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	p.pid = fork();
	assert_true(p.pid >= 0);
	if (!p.pid) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(merge_stderr ? out[1] : open("/dev/null", O_WRONLY), 2);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		execv(PROGRAM, (char **)argv);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	p.in = in[1];
	p.out = fdopen(out[0], "r");
	return p;
}

/* Waits for the end; the exit status, or -signal */
static int finish(struct process *p)
{
	int status;

	close(p->in);
	fclose(p->out);
	assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int stop(struct process *p, int signal_number)
{
	kill(p->pid, signal_number);
	return finish(p);
}

static struct process start_ready(const char *const *args)
{
	struct process p = start(args, 0);
	char line[128] = "", want[128];

	snprintf(want, sizeof(want), "ready %s\n", socket_path);
	assert_non_null(fgets(line, sizeof(line), p.out));
	assert_string_equal(line, want);
	return p;
}

#define SERVE(...) start_ready((const char *const[]){ "--device", "func:tiny", "--socket", \
						     socket_path, ##__VA_ARGS__, NULL })

/* Runs to the end; standard output and error in @text */
static int run(const char *const *args, char *text, size_t size)
{
	struct process p = start(args, 1);

	text[fread(text, 1, size - 1, p.out)] = '\0';
	return finish(&p);
}

#define RUN(text, ...) run((const char *const[]){ __VA_ARGS__, NULL }, text, sizeof(text))

static struct client join(void)
{
	struct ingot_error err;
	struct client client = { socket_connect(socket_path, &err), NULL, 0 };

	if (client.fd < 0)
		fail_msg("%s", err.text);
	return client;
}

static bool exists(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

/* ---- tests ---- */

static void test_help(void **state)
{
	char text[8192];

	(void)state;
	assert_int_equal(RUN(text, "--help"), 0);
	assert_non_null(strstr(text, "--bar2-bytes"));
}

/* One line that names the value */
static void check_complaint(int status, const char *text, const char *word)
{
	if (status != 1 || !strstr(text, word))
		fail_msg("status %d, '%s' without '%s'", status, text, word);
	assert_ptr_equal(strrchr(text, '\n'), text + strlen(text) - 1);
	assert_memory_equal(text, "ingot-sim: ", 11);
}

static void write_script(const char *text)
{
	FILE *f = fopen(script_path, "w");

	fputs(text, f);
	fclose(f);
}

static void test_complaints(void **state)
{
	char text[1024];

	(void)state;
	check_complaint(RUN(text, "--device", "what:tiny"), text, "what:tiny");
	check_complaint(RUN(text, "--device", "func:nothing"), text, "nothing");
	check_complaint(RUN(text, "--device", "rtl:nothing"), text, "nothing");
	check_complaint(RUN(text, "more"), text, "more");
	check_complaint(RUN(text, "--threads", "0"), text, "--threads 0");
	check_complaint(RUN(text, "--bar2-bytes", "1x"), text, "1x");
	check_complaint(RUN(text, "--device", "func:tiny", "--bar2-bytes", "12K"), text, "12288");
	check_complaint(RUN(text, "--device", "func:tiny", "--bar2-bytes", "1G"), text, "1073741824");
	check_complaint(RUN(text, "--device", "func:tiny", "--waves", "x.fst"), text, "x.fst");
	check_complaint(RUN(text, "--device", "func:tiny", "--socket", "/nowhere/at/all"), text,
			"/nowhere/at/all");
	check_complaint(RUN(text, "--device", "func:tiny", "--faults", "/nowhere"), text, "/nowhere");
	write_script("# good so far\nlose-irq 2\n\nbad-op NONE\n");
	check_complaint(RUN(text, "--device", "func:tiny", "--faults", script_path), text, ":4: bad-op");
	check_complaint(RUN(text, "--device", "func:tiny", "--socket", script_path), text, script_path);
	check_complaint(RUN(text, "--tell", control_path, "stats"), text, control_path);
	assert_int_equal(RUN(text, "--what"), 1);
	assert_false(exists(socket_path));
}

static uint32_t read_magic(struct client *client)
{
	const uint16_t command = PCI_COMMAND_MEMORY;
	uint32_t value;

	assert_int_equal(client_write(client, VFIO_PCI_CONFIG_REGION_INDEX, PCI_COMMAND, &command,
				      2), 0);
	assert_int_equal(client_read(client, ING_PCI_BAR_REGS, ING_REG_MAGIC, &value, 4), 0);
	return value;
}

static void test_clients(void **state)
{
	struct process p = SERVE();
	struct client client, other;
	struct reply reply;

	(void)state;
	for (int i = 0; i < 3; i++) {
		client = join();
		client_negotiate(&client);
		assert_int_equal(read_magic(&client), ING_MAGIC);
		other = join();
		assert_int_equal(client_receive(&other, &reply), CLIENT_CLOSED);
		client_close(&other);
		assert_int_equal(read_magic(&client), ING_MAGIC);
		client_close(&client);
	}
	assert_int_equal(stop(&p, SIGTERM), 0);
	assert_false(exists(socket_path));
}

static void test_signals(void **state)
{
	struct process p = SERVE();
	char text[512];

	(void)state;
	/* the place is taken while it runs, and free when it was killed */
	check_complaint(RUN(text, "--device", "func:tiny", "--socket", socket_path), text, "another");
	assert_int_equal(stop(&p, SIGKILL), -SIGKILL);
	assert_true(exists(socket_path));
	p = SERVE();
	assert_int_equal(stop(&p, SIGINT), 0);
	assert_false(exists(socket_path));
}

static int64_t counter(const char *path, const char *name)
{
	struct json_object *stats = json_object_from_file(path), *value;
	int64_t n = -1;

	assert_non_null(stats);
	if (json_object_object_get_ex(stats, name, &value))
		n = json_object_get_int64(value);
	json_object_put(stats);
	return n;
}

static void test_once_and_stats(void **state)
{
	struct process p = SERVE("--once", "--stats", stats_path);
	struct client client = join();

	(void)state;
	client_negotiate(&client);
	assert_int_equal(read_magic(&client), ING_MAGIC);
	client_close(&client);
	assert_int_equal(finish(&p), 0);
	assert_int_equal(counter(stats_path, "clients"), 1);
	assert_int_equal(counter(stats_path, "reg_reads"), 1);
	assert_int_equal(counter(stats_path, "reg_writes"), 0);
	assert_int_equal(counter(stats_path, "config_writes"), 1);
}

static void test_control(void **state)
{
	struct process p = SERVE("--control", control_path, "--verbose");
	struct client client = join();
	char text[4096];
	uint32_t value;

	(void)state;
	client_negotiate(&client);
	assert_int_equal(read_magic(&client), ING_MAGIC);
	assert_int_equal(RUN(text, "--tell", control_path, "temperature", "77000"), 0);
	assert_string_equal(text, "");
	assert_int_equal(client_read(&client, ING_PCI_BAR_REGS, ING_REG_BOARD_TEMP, &value, 4), 0);
	assert_int_equal(value, 77000);
	assert_int_equal(RUN(text, "--tell", control_path, "all-ones"), 0);
	assert_int_equal(client_read(&client, ING_PCI_BAR_REGS, ING_REG_MAGIC, &value, 4), 0);
	assert_int_equal(value, UINT32_MAX);
	check_complaint(RUN(text, "--tell", control_path, "lose-irq", "0"), text, "lose-irq");
	assert_int_equal(RUN(text, "--tell", control_path, "stats"), 0);
	write_script(text);
	assert_int_equal(counter(script_path, "reg_reads"), 3);
	client_close(&client);
	assert_int_equal(stop(&p, SIGTERM), 0);
	assert_false(exists(control_path));
}

/* Standard input is a control as well */
static void test_faults_from_stdin(void **state)
{
	static const char lines[] = "temperature 5\n# nothing\nwhat\nstats\n";
	struct process p = SERVE("--faults", "-");
	char line[128];

	(void)state;
	assert_int_equal(write(p.in, lines, sizeof(lines) - 1), sizeof(lines) - 1);
	assert_string_equal(fgets(line, sizeof(line), p.out), "ok\n");
	assert_string_equal(fgets(line, sizeof(line), p.out), "ok\n");
	assert_memory_equal(fgets(line, sizeof(line), p.out), "error: fault 'what'", 19);
	assert_string_equal(fgets(line, sizeof(line), p.out), "{\n");
	while (strcmp(line, "ok\n"))
		assert_non_null(fgets(line, sizeof(line), p.out));
	/* its end is not the program's */
	close(p.in);
	p.in = open("/dev/null", O_WRONLY);
	struct client client = join();
	client_negotiate(&client);
	client_close(&client);
	assert_int_equal(stop(&p, SIGTERM), 0);
}

static int set_up(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder))
		return -1;
	snprintf(socket_path, sizeof(socket_path), "%s/socket", folder);
	snprintf(control_path, sizeof(control_path), "%s/control", folder);
	snprintf(stats_path, sizeof(stats_path), "%s/stats", folder);
	snprintf(script_path, sizeof(script_path), "%s/script", folder);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(stats_path);
	unlink(script_path);
	unlink(socket_path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_complaints),
		cmocka_unit_test(test_clients),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_once_and_stats),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_faults_from_stdin),
	};

	return cmocka_run_group_tests_name("ingot-sim: program", tests, set_up, tear_down);
}
