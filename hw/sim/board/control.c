// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "control.h"
#include "listen.h"

int control_open(struct control *control, const char *path, bool use_stdin,
		 struct ingot_error *err)
{
	*control = (struct control){ .listener = -1, .path = path };
	for (int i = 0; i < CONTROL_PEERS; i++)
		control->peers[i].in = -1;
	if (path) {
		control->listener = socket_listen(path, err);
		if (control->listener < 0)
			return control->listener;
	}
	if (use_stdin) {
		control->peers[0].in = STDIN_FILENO;
		control->peers[0].out = STDOUT_FILENO;
	}
	return 0;
}

static void close_peer(struct control_peer *peer)
{
	if (peer->in > STDERR_FILENO)
		close(peer->in);
	peer->in = -1;
	peer->len = 0;
}

void control_close(struct control *control)
{
	for (int i = 0; i < CONTROL_PEERS; i++)
		close_peer(&control->peers[i]);
	if (control->listener < 0)
		return;
	close(control->listener);
	unlink(control->path);
	control->listener = -1;
}

unsigned int control_poll(const struct control *control, struct pollfd *fds)
{
	unsigned int n = 0;

	if (control->listener >= 0)
		fds[n++] = (struct pollfd){ .fd = control->listener, .events = POLLIN };
	for (int i = 0; i < CONTROL_PEERS; i++)
		if (control->peers[i].in >= 0)
			fds[n++] = (struct pollfd){ .fd = control->peers[i].in, .events = POLLIN };
	return n;
}

/* An answer is far smaller than what a socket buffers: who does not take it loses it */
static void answer(const struct control_peer *peer, const char *text, size_t len)
{
	while (len) {
		ssize_t n = write(peer->out, text, len);

		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

static void obey(struct control_peer *peer, struct board *board)
{
	struct ingot_error err;
	struct fault fault;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return;
	if (fault_parse(peer->line, &fault, &err) == 1 && fault.kind == FAULT_STATS &&
	    fault.event == FAULT_NOW) {
		stats_print(board, out);
		fputs("ok\n", out);
	} else if (board_fault(board, peer->line, &err)) {
		fprintf(out, "error: %s\n", err.text);
	} else {
		fputs("ok\n", out);
	}
	if (!fclose(out))
		answer(peer, text, len);
	free(text);
}

static void take_lines(struct control_peer *peer, struct board *board)
{
	char *end;

	while ((end = memchr(peer->line, '\n', peer->len))) {
		size_t used = (size_t)(end - peer->line) + 1;

		*end = '\0';
		obey(peer, board);
		peer->len -= used;
		memmove(peer->line, peer->line + used, peer->len);
	}
}

static void receive(struct control_peer *peer, struct board *board)
{
	static const char too_long[] = "error: the line is too long\n";
	size_t room = sizeof(peer->line) - 1 - peer->len;
	ssize_t n = read(peer->in, peer->line + peer->len, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		peer->len += (size_t)n;
		take_lines(peer, board);
		if (peer->len < sizeof(peer->line) - 1)
			return;
		answer(peer, too_long, sizeof(too_long) - 1);
	} else if (peer->len) {
		/* the last line may do without its newline */
		peer->line[peer->len++] = '\n';
		take_lines(peer, board);
	}
	close_peer(peer);
}

static void welcome(struct control *control)
{
	int fd = socket_accept(control->listener);

	if (fd < 0)
		return;
	for (int i = 0; i < CONTROL_PEERS; i++) {
		if (control->peers[i].in >= 0)
			continue;
		control->peers[i] = (struct control_peer){ .in = fd, .out = fd };
		return;
	}
	close(fd);
}

void control_work(struct control *control, struct board *board, const struct pollfd *fds,
		  unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		if (!fds[i].revents)
			continue;
		if (fds[i].fd == control->listener) {
			welcome(control);
			continue;
		}
		for (int p = 0; p < CONTROL_PEERS; p++)
			if (control->peers[p].in == fds[i].fd)
				receive(&control->peers[p], board);
	}
}

/* ---- the other side ---- */

static int print_answer(FILE *in, struct ingot_error *err)
{
	char line[1024];

	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strcmp(line, "ok"))
			return 0;
		if (!strncmp(line, "error: ", 7))
			return ingot_error_set(err, -EINVAL, "%s", line + 7);
		puts(line);
	}
	return ingot_error_set(err, -EPIPE, "the server ended before it answered");
}

int control_tell(const char *path, const char *line, struct ingot_error *err)
{
	int fd = socket_connect(path, err), ret = 0;
	FILE *in;

	if (fd < 0)
		return fd;
	in = fdopen(fd, "r");
	if (!in) {
		close(fd);
		return ingot_error_set(err, -ENOMEM, "out of memory");
	}
	if (dprintf(fd, "%s\n", line) < 0)
		ret = ingot_error_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!ret)
		ret = print_answer(in, err);
	fclose(in);
	return ret;
}
