/* SPDX-License-Identifier: MIT */
/*
 * Errors that a person can act on.
 *
 * Every fallible function of Ingot takes a struct ingot_error as its last argument and returns 0 or a
 * negative errno. The text is one line that names the file, the offending field and its value, and
 * what to do about it.
 */
#ifndef INGOT_ERROR_H
#define INGOT_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct ingot_error - why a call failed
 * @code: negative errno, the value that the failed function returned
 * @text: one line of UTF-8 for people, without a newline at its end
 *
 * A function that succeeds leaves it as it was.
 */
struct ingot_error {
	int code;
	char text[512];
};

/**
 * ingot_error_set() - fill in an error and return its code
 * @err: the error to fill in, or NULL if the caller wants no text
 * @code: negative errno
 * @fmt: printf format of the text, without a newline
 *
 * Values from files and users may go into the text as they are: control characters are replaced, so
 * the text stays one line and cannot steer a terminal. A text that is too long is cut.
 *
 * Return: @code, so that a caller can write "return ingot_error_set(...)".
 */
int ingot_error_set(struct ingot_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#ifdef __cplusplus
}
#endif

#endif /* INGOT_ERROR_H */
