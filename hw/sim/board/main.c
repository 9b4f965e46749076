// SPDX-License-Identifier: MIT
/* ingot-sim: the command line. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"

#define EXIT_USER 1
#define EXIT_DEVICE 2

static volatile sig_atomic_t stop;

static void on_stop(int signal_number)
{
	stop = signal_number;
}

/* ---- options ---- */

enum {
	OPT_SOCKET = 256,
	OPT_DEVICE,
	OPT_FAULTS,
	OPT_CONTROL,
	OPT_BAR2,
	OPT_STATS,
	OPT_WAVES,
	OPT_THREADS,
	OPT_ONCE,
	OPT_TELL,
};

static const struct option long_options[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "device", required_argument, NULL, OPT_DEVICE },
	{ "faults", required_argument, NULL, OPT_FAULTS },
	{ "control", required_argument, NULL, OPT_CONTROL },
	{ "bar2-bytes", required_argument, NULL, OPT_BAR2 },
	{ "stats", required_argument, NULL, OPT_STATS },
	{ "waves", required_argument, NULL, OPT_WAVES },
	{ "threads", required_argument, NULL, OPT_THREADS },
	{ "once", no_argument, NULL, OPT_ONCE },
	{ "tell", required_argument, NULL, OPT_TELL },
	{ "verbose", no_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char help[] =
	"usage: ingot-sim [options]\n"
	"       ingot-sim --tell PATH COMMAND...\n"
	"\n"
	"Serves a simulated Ingot board over vfio-user, to QEMU (10.1 or newer) for example:\n"
	"  qemu-system-x86_64 -machine q35,memory-backend=ram \\\n"
	"    -object memory-backend-memfd,id=ram,size=2G,share=on -m 2G \\\n"
	"    -device '{\"driver\":\"vfio-user-pci\",\"socket\":{\"type\":\"unix\",\"path\":\"ingot-sim.sock\"}}'\n"
	"\n"
	"  --socket PATH      where clients connect (ingot-sim.sock)\n"
	"  --device URI       func:CONFIG, the functional model, or rtl:CONFIG, the Verilated RTL (func:)\n"
	"  --threads N        threads of the functional model (one per processor)\n"
	"  --bar2-bytes N     device memory shown in BAR2, a power of two; K, M and G are understood\n"
	"                     (256M, or all there is)\n"
	"  --faults FILE      fault script to begin with; '-': from standard input while running\n"
	"  --control PATH     socket that takes lines of fault scripts while running\n"
	"  --stats FILE       write counters there as JSON when a client leaves, and at the end\n"
	"  --waves FILE       write a waveform (check builds of the RTL)\n"
	"  --once             end when the first client leaves\n"
	"  -v, --verbose      tell more\n"
	"  -h, --help         this text\n"
	"  --tell PATH CMD    send a line of a fault script to the control socket of a running\n"
	"                     ingot-sim, print what it answers\n"
	"\n"
	"Prints 'ready PATH' when clients may connect. Ends on SIGINT and SIGTERM. Fault scripts: see\n"
	"ingot-sim(1). Exit status: 0 success, 1 wrong input, 2 the device went wrong.\n";

static int fail(const struct ingot_error *err)
{
	board_log("%s", err->text);
	return err->code == -EIO || err->code == -EFAULT ? EXIT_DEVICE : EXIT_USER;
}

static int read_bytes(const char *text, uint64_t *bytes, struct ingot_error *err)
{
	static const char units[] = "KMG";
	char *end;
	const char *unit;

	errno = 0;
	*bytes = strtoull(text, &end, 0);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		*bytes <<= 10 * (unit - units + 1);
		end++;
	}
	if (errno || end == text || *end || *text == '-' || !*bytes)
		return ingot_error_set(err, -EINVAL, "--bar2-bytes %s: not a number of bytes", text);
	return 0;
}

static int read_threads(const char *text, unsigned int *threads, struct ingot_error *err)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end || n < 1 || n > 1024)
		return ingot_error_set(err, -EINVAL, "--threads %s: use 1 to 1024", text);
	*threads = (unsigned int)n;
	return 0;
}

/* Returns 0, or -EINVAL */
static int set_option(struct sim_options *options, int opt, struct ingot_error *err)
{
	switch (opt) {
	case OPT_SOCKET:
		options->socket = optarg;
		return 0;
	case OPT_DEVICE:
		options->board.uri = optarg;
		return 0;
	case OPT_FAULTS:
		options->faults = optarg;
		return 0;
	case OPT_CONTROL:
		options->control = optarg;
		return 0;
	case OPT_BAR2:
		return read_bytes(optarg, &options->board.memory_bar_bytes, err);
	case OPT_STATS:
		options->stats = optarg;
		return 0;
	case OPT_WAVES:
		options->waves = optarg;
		return 0;
	case OPT_THREADS:
		return read_threads(optarg, &options->board.core.threads, err);
	case OPT_ONCE:
		options->once = true;
		return 0;
	case 'v':
		options->board.verbose = true;
		return 0;
	default:
		/* getopt has complained */
		return ingot_error_set(err, -EINVAL, "see ingot-sim --help");
	}
}

/* ---- commands ---- */

static int tell(const char *path, char **words)
{
	char line[CONTROL_LINE_BYTES] = "";
	struct ingot_error err;

	for (; *words; words++) {
		if (strlen(line) + strlen(*words) + 2 > sizeof(line)) {
			ingot_error_set(&err, -EINVAL, "the command is too long");
			return fail(&err);
		}
		strcat(strcat(line, *words), " ");
	}
	return control_tell(path, line, &err) ? fail(&err) : 0;
}

/* Signals are taken while waiting only, so none is missed in between */
static void catch_signals(sigset_t *waiting)
{
	struct sigaction action = { .sa_handler = on_stop };
	sigset_t block;

	signal(SIGPIPE, SIG_IGN);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigprocmask(SIG_BLOCK, &block, waiting);
	sigdelset(waiting, SIGINT);
	sigdelset(waiting, SIGTERM);
}

static int run(const struct sim_options *options)
{
	struct ingot_error err;
	struct sim sim;
	sigset_t waiting;

	catch_signals(&waiting);
	if (sim_open(&sim, options, &err))
		return fail(&err);
	printf("ready %s\n", options->socket);
	fflush(stdout);
	while (!stop && !sim.over)
		sim_turn(&sim, true, &waiting);
	sim_close(&sim);
	return 0;
}

int main(int argc, char **argv)
{
	struct sim_options options = { .board.uri = "func:", .socket = "ingot-sim.sock" };
	const char *control = NULL;
	struct ingot_error err;
	int opt;

	while ((opt = getopt_long(argc, argv, "+vh", long_options, NULL)) != -1) {
		if (opt == 'h') {
			fputs(help, stdout);
			return 0;
		}
		if (opt == OPT_TELL)
			control = optarg;
		else if (set_option(&options, opt, &err))
			return fail(&err);
	}
	if (control)
		return tell(control, argv + optind);
	if (argv[optind]) {
		ingot_error_set(&err, -EINVAL, "argument '%s' is unknown: see ingot-sim --help",
				argv[optind]);
		return fail(&err);
	}
	return run(&options);
}
