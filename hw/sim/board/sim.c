// SPDX-License-Identifier: MIT
/* ppoll() */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "listen.h"
#include "sim.h"

/* ---- a script that is read at the start ---- */

static int read_script(struct sim *sim, const char *path, struct ingot_error *err)
{
	FILE *in = fopen(path, "r");
	struct ingot_error why;
	char line[CONTROL_LINE_BYTES];
	int number = 0, ret = 0;

	if (!in)
		return ingot_error_set(err, -errno, "fault script %s: %s", path, strerror(errno));
	while (!ret && fgets(line, sizeof(line), in)) {
		number++;
		ret = board_fault(sim->board, line, &why);
	}
	fclose(in);
	return ret ? ingot_error_set(err, ret, "%s:%d: %s", path, number, why.text) : 0;
}

/* ---- opening and closing ---- */

static int start_waves(struct sim *sim, struct ingot_error *err)
{
	struct ing_core *core = sim->board->handle.core;
	int ret = core->ops->trace ? core->ops->trace(core, sim->options.waves) : -EOPNOTSUPP;

	if (ret)
		return ingot_error_set(err, -EINVAL,
				       "%s: no waveform to %s: %s: use a check build of the RTL, for example rtl:tiny-check",
				       sim->options.board.uri, sim->options.waves, strerror(-ret));
	return 0;
}

static int set_up(struct sim *sim, struct ingot_error *err)
{
	const struct sim_options *options = &sim->options;
	bool use_stdin = options->faults && !strcmp(options->faults, "-");
	int ret = 0;

	sim->board = board_create(&options->board, err);
	if (!sim->board)
		return err->code;
	if (options->waves)
		ret = start_waves(sim, err);
	if (!ret && options->faults && !use_stdin)
		ret = read_script(sim, options->faults, err);
	if (!ret)
		ret = control_open(&sim->control, options->control, use_stdin, err);
	if (!ret && options->socket) {
		sim->listener = socket_listen(options->socket, err);
		ret = sim->listener < 0 ? sim->listener : 0;
	}
	return ret;
}

int sim_open(struct sim *sim, const struct sim_options *options, struct ingot_error *err)
{
	struct ingot_error none;
	int ret;

	*sim = (struct sim){ .options = *options, .listener = -1, .wait_ms = -1 };
	sim->options.board.stats_path = options->stats;
	control_open(&sim->control, NULL, false, &none);
	ret = set_up(sim, err);
	if (ret) {
		/* nothing was counted */
		sim->options.stats = NULL;
		sim_close(sim);
	}
	return ret;
}

static void save_stats(const struct sim *sim)
{
	int ret = sim->options.stats ? stats_save(sim->board, sim->options.stats) : 0;

	if (ret)
		board_log("%s: %s", sim->options.stats, strerror(-ret));
}

void sim_close(struct sim *sim)
{
	if (sim->board)
		save_stats(sim);
	if (sim->board && sim->options.waves && sim->board->handle.core->ops->trace)
		sim->board->handle.core->ops->trace(sim->board->handle.core, NULL);
	control_close(&sim->control);
	if (sim->listener >= 0) {
		close(sim->listener);
		unlink(sim->options.socket);
	}
	board_destroy(sim->board);
	sim->listener = -1;
	sim->board = NULL;
}

/* ---- a turn ---- */

static void welcome(struct sim *sim)
{
	int fd = socket_accept(sim->listener);

	if (fd < 0)
		return;
	if (vu_server_attached(&sim->board->server)) {
		board_log("another client is turned away: there is one already");
		close(fd);
		return;
	}
	if (sim->options.board.verbose)
		board_log("a client connects");
	board_attach(sim->board, fd);
}

static void serve(struct sim *sim)
{
	struct ingot_error err;
	int ret = vu_server_work(&sim->board->server, &err);

	if (!ret)
		return;
	if (ret != -ENOTCONN)
		board_log("connection ended: %s", err.text);
	else if (sim->options.board.verbose)
		board_log("the client has left");
	board_detach(sim->board);
	save_stats(sim);
	sim->over = sim->options.once;
}

static int wait_for(struct pollfd *fds, nfds_t n, int ms, const sigset_t *mask)
{
	const struct timespec timeout = { ms / 1000, ms % 1000 * 1000000l };

	return ppoll(fds, n, ms < 0 ? NULL : &timeout, mask);
}

bool sim_turn(struct sim *sim, bool may_wait, const sigset_t *mask)
{
	const struct vu_server *server = &sim->board->server;
	struct pollfd fds[CONTROL_POLL_MAX + 2] = {
		{ .fd = sim->listener, .events = POLLIN },
		{ .fd = server->conn.fd, .events = vu_server_events(server) },
	};
	unsigned int control = control_poll(&sim->control, fds + 2);
	bool worked = sim->wait_ms == 0;
	int n = wait_for(fds, control + 2, may_wait ? sim->wait_ms : 0, mask);

	if (n > 0) {
		if (fds[1].revents)
			serve(sim);
		if (fds[0].revents)
			welcome(sim);
		control_work(&sim->control, sim->board, fds + 2, control);
	}
	sim->wait_ms = board_work(sim->board);
	return worked || n > 0 || sim->wait_ms == 0;
}
