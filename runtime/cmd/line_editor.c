// SPDX-License-Identifier: MIT
#define _GNU_SOURCE /* ppoll */
#include "line_editor.h"

#include <errno.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "history_file.h"
#include "interrupt.h"

#define HISTORY_LINES 1000

/**
 * struct pipe_input - bytes of a pipe
 * @data: as they were read
 * @at: the next one
 * @len: how many there are
 */
struct pipe_input {
	char data[4096];
	size_t at, len;
};

/**
 * struct line_editor - see line_editor.h
 * @interactive: both ends are terminals
 * @el: editing
 * @history: lines typed
 * @event: for @history
 * @history_path: where they are kept, or NULL
 * @more: the line goes on: the prompt shows it
 * @interrupt_key: the one that is read for Ctrl-C, or _POSIX_VDISABLE while the terminal makes it a signal
 * @pipe: what is read instead of a terminal
 */
struct line_editor {
	bool interactive;
	EditLine *el;
	History *history;
	HistEvent event;
	char *history_path;
	bool more;
	cc_t interrupt_key;
	struct pipe_input pipe;
};

static volatile sig_atomic_t resized;

static void on_resize(int signal_number)
{
	(void)signal_number;
	resized = 1;
}

static char *prompt(EditLine *el)
{
	struct line_editor *l = NULL;

	el_get(el, EL_CLIENTDATA, &l);
	return l && l->more ? ". " : "> ";
}

/*
 * Until there is input: 0, or -EINTR after a signal. None gets lost between asking for it and waiting,
 * for they come during the waiting only.
 */
static int wait_for_input(void)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	sigset_t some, before;
	int ret = -EINTR;

	sigemptyset(&some);
	sigaddset(&some, SIGINT);
	sigaddset(&some, SIGTERM);
	sigaddset(&some, SIGWINCH);
	sigprocmask(SIG_BLOCK, &some, &before);
	if (!interrupted() && !resized)
		ret = ppoll(&input, 1, NULL, &before) < 0 ? -errno : 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return ret;
}

/* As read(); Ctrl-C and SIGTERM end the waiting, a resized terminal is drawn anew. */
static ssize_t read_input(EditLine *el, void *data, size_t room)
{
	for (;;) {
		int ret = wait_for_input();

		if (!ret)
			return read(STDIN_FILENO, data, room);
		if (ret != -EINTR || interrupted()) {
			errno = -ret;
			return -1;
		}
		if (resized && el) {
			el_resize(el);
			el_set(el, EL_REFRESH);
		}
		resized = 0;
	}
}

/* A character; bytes that are none are passed over. */
static int read_character(EditLine *el, wchar_t *out)
{
	struct line_editor *l = NULL;
	mbstate_t state = { 0 };
	char byte;

	el_get(el, EL_CLIENTDATA, &l);
	for (;;) {
		ssize_t n = read_input(el, &byte, 1);
		size_t used;

		if (n <= 0)
			return (int)n;
		if (l->interrupt_key != _POSIX_VDISABLE && (cc_t)byte == l->interrupt_key) {
			raise(SIGINT);
			errno = EINTR;
			return -1;
		}
		used = mbrtowc(out, &byte, 1, &state);
		if (used == (size_t)-1)
			memset(&state, 0, sizeof(state));
		else if (used != (size_t)-2)
			return 1;
	}
}

/* Only characters: numbers are read and written as ever. */
static void choose_characters(void)
{
	setlocale(LC_CTYPE, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int open_terminal(struct line_editor *l)
{
	choose_characters();
	l->el = el_init("ingot", stdin, stdout, stderr);
	l->history = history_init();
	if (!l->el || !l->history)
		return -ENOMEM;
	history(l->history, &l->event, H_SETSIZE, HISTORY_LINES);
	history(l->history, &l->event, H_SETUNIQUE, 1);
	el_set(l->el, EL_CLIENTDATA, l);
	el_set(l->el, EL_PROMPT, prompt);
	el_set(l->el, EL_EDITOR, "emacs");
	el_set(l->el, EL_SIGNAL, 0);
	el_set(l->el, EL_HIST, history, l->history);
	el_set(l->el, EL_GETCFN, read_character);
	/* as shells have it: search backwards, and words by Ctrl and arrows */
	el_set(l->el, EL_BIND, "^R", "em-inc-search-prev", NULL);
	el_set(l->el, EL_BIND, "\\e[1;5C", "em-next-word", NULL);
	el_set(l->el, EL_BIND, "\\e[1;5D", "ed-prev-word", NULL);
	el_set(l->el, EL_BIND, "\\e[3~", "ed-delete-next-char", NULL);
	el_source(l->el, NULL);
	l->history_path = history_file_path();
	if (l->history_path)
		history(l->history, &l->event, H_LOAD, l->history_path);
	return 0;
}

struct line_editor *line_editor_create(struct ingot_error *err)
{
	struct line_editor *l = calloc(1, sizeof(*l));

	if (l)
		l->interactive = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	if (!l || (l->interactive && open_terminal(l))) {
		line_editor_free(l);
		ingot_error_set(err, -ENOMEM, "out of memory for the line editor");
		return NULL;
	}
	return l;
}

void line_editor_free(struct line_editor *l)
{
	if (!l)
		return;
	if (l->history)
		history_end(l->history);
	if (l->el)
		el_end(l->el);
	free(l->history_path);
	free(l);
}

bool line_editor_interactive(const struct line_editor *l)
{
	return l->interactive;
}

static bool append(char **text, size_t *len, const char *line, size_t n)
{
	char *more = realloc(*text, *len + n + 1);

	if (!more)
		return false;
	memcpy(more + *len, line, n);
	*len += n;
	more[*len] = '\0';
	*text = more;
	return true;
}

/* What a pipe brings next, as far as a line goes: its length, 0 at the end, or -1. */
static ssize_t read_piece(struct pipe_input *in)
{
	const char *end;

	if (in->at == in->len) {
		ssize_t n = read_input(NULL, in->data, sizeof(in->data));

		if (n <= 0)
			return n;
		in->at = 0;
		in->len = (size_t)n;
	}
	end = memchr(in->data + in->at, '\n', in->len - in->at);
	return end ? end + 1 - (in->data + in->at) : (ssize_t)(in->len - in->at);
}

/* The last line need not have an end. */
static enum line_end read_pipe(struct pipe_input *in, char **line, size_t *len)
{
	ssize_t n;

	*line = NULL;
	*len = 0;
	while ((n = read_piece(in)) > 0) {
		if (!append(line, len, in->data + in->at, (size_t)n)) {
			n = -1;
			break;
		}
		in->at += (size_t)n;
		if ((*line)[*len - 1] == '\n')
			return LINE_OK;
	}
	if (!n && *line)
		return LINE_OK;
	free(*line);
	*line = NULL;
	return !n ? LINE_EOF : interrupted() ? LINE_INTERRUPT : LINE_ERROR;
}

/*
 * Before there is a prompt, after which libedit would do it: a key pressed at once is then for the editor
 * and not for the terminal's own editing. Ctrl-C is a key like others: a signal comes between any two of
 * them, and the terminal then throws away keys for which ppoll() has already promised a read().
 */
static void take_terminal(struct line_editor *l)
{
	struct termios t;
	int editing = 0;

	l->interrupt_key = _POSIX_VDISABLE;
	el_get(l->el, EL_EDITMODE, &editing);
	if (!editing || el_set(l->el, EL_PREP_TERM, 1) || tcgetattr(STDIN_FILENO, &t))
		return;
	l->interrupt_key = t.c_cc[VINTR];
	t.c_cc[VINTR] = _POSIX_VDISABLE;
	tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

/* The handler is in place only while it is asked for: nobody else wants to know. */
static enum line_end read_terminal(struct line_editor *l, char **line, size_t *len)
{
	struct sigaction action = { .sa_handler = on_resize, .sa_flags = SA_RESTART }, before;
	const char *text;
	int count = 0;

	sigaction(SIGWINCH, &action, &before);
	take_terminal(l);
	el_resize(l->el);
	text = el_gets(l->el, &count);
	sigaction(SIGWINCH, &before, NULL);
	if (interrupted())
		return LINE_INTERRUPT;
	if (!text || count <= 0)
		return text || !count ? LINE_EOF : LINE_ERROR;
	*len = (size_t)count;
	*line = strdup(text);
	return *line ? LINE_OK : LINE_ERROR;
}

/* Each one is kept at once: whatever ends the program, they are there again. */
static void remember(struct line_editor *l, const char *text)
{
	if (!l->interactive || !*text)
		return;
	history(l->history, &l->event, H_ENTER, text);
	if (l->history_path)
		history_file_save(l->history, l->history_path);
}

enum line_end line_editor_read(struct line_editor *l, char **text, size_t *len)
{
	enum line_end end;
	char *line = NULL;
	size_t n = 0;

	*text = NULL;
	*len = 0;
	l->more = false;
	for (;;) {
		end = l->interactive ? read_terminal(l, &line, &n) : read_pipe(&l->pipe, &line, &n);
		if (end == LINE_EOF && *text)
			break;
		if (end != LINE_OK) {
			free(*text);
			*text = NULL;
			return end;
		}
		if (n && line[n - 1] == '\n')
			n--;
		l->more = n && line[n - 1] == '\\';
		if (!append(text, len, line, l->more ? n - 1 : n) || (l->more && !append(text, len, "\n", 1)))
			end = LINE_ERROR;
		free(line);
		if (end != LINE_OK || !l->more)
			break;
	}
	if (end == LINE_ERROR) {
		free(*text);
		*text = NULL;
		return end;
	}
	remember(l, *text);
	return LINE_OK;
}
