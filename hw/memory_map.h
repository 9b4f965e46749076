/* SPDX-License-Identifier: MIT */
/*
 * Device memory of a simulated core: address space that is taken as it is written, for C and C++.
 */
#ifndef INGOT_HW_MEMORY_MAP_H
#define INGOT_HW_MEMORY_MAP_H

#ifndef _GNU_SOURCE
#error "define _GNU_SOURCE before the first header: memfd_create()"
#endif
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* A file of @bytes that nobody can shrink: whoever maps it may rely on its size. -1 on failure */
static inline int ing_memory_file(uint64_t bytes)
{
	int fd = memfd_create("ingot-memory", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (ftruncate(fd, (off_t)bytes) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW)) {
		close(fd);
		return -1;
	}
	return fd;
}

/**
 * ing_memory_map() - maps zeroed memory
 * @bytes: size, a multiple of the page size
 * @guard: bytes behind it that may be read as well
 * @fd: NULL: private memory; else the memory (not the guard) is a file whose descriptor goes here
 *
 * Return: the memory, to be given to munmap() with @bytes + @guard (and @fd to close()), or NULL
 * with errno set.
 */
static inline void *ing_memory_map(uint64_t bytes, size_t guard, int *fd)
{
	void *p = mmap(NULL, bytes + guard, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	if (!fd)
		return p;
	*fd = ing_memory_file(bytes);
	if (*fd >= 0 && mmap(p, bytes, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_FIXED | MAP_NORESERVE, *fd, 0) != MAP_FAILED)
		return p;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	munmap(p, bytes + guard);
	return NULL;
}

#endif
