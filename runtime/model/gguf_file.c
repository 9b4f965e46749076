// SPDX-License-Identifier: MIT
/* Reading GGUF files from a file system. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gguf_internal.h"

/* The metadata of most models fits into so much; where it does not, it is read again, all of it. */
#define HEAD_BYTES (4u << 20)

static int check_file(struct gguf *gguf, struct ingot_error *err)
{
	struct stat st;

	if (fstat(gguf->fd, &st))
		return ingot_error_set(err, -errno, "%s: cannot get its size: %s", gguf->name,
				       strerror(errno));
	if (!S_ISREG(st.st_mode))
		return ingot_error_set(err, -EINVAL,
				       "%s: not a regular file; give the path of a GGUF file",
				       gguf->name);
	if (st.st_size == 0)
		return ingot_error_set(err, -EINVAL, "%s: the file is empty; fetch it again",
				       gguf->name);
	gguf->size = st.st_size;
	gguf->changed = st.st_mtim;
	return 0;
}

static int read_at(const struct gguf *gguf, uint64_t offset, uint8_t *to, size_t bytes,
		   struct ingot_error *err)
{
	while (bytes) {
		ssize_t n = pread(gguf->fd, to, bytes, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ingot_error_set(err, -errno, "%s: cannot read at byte %llu: %s; check the disk",
					       gguf->name, (unsigned long long)offset,
					       strerror(errno));
		if (!n)
			return ingot_error_set(err, -EIO,
					       "%s: the file ends at byte %llu and had %zu when it was opened; do not write to it while it is loaded",
					       gguf->name, (unsigned long long)offset, gguf->size);
		to += n;
		offset += n;
		bytes -= n;
	}
	return 0;
}

static void free_head(struct gguf *gguf)
{
	if (gguf->owned)
		munmap((void *)gguf->data, gguf->have);
	gguf->owned = false;
}

static int read_head(struct gguf *gguf, size_t bytes, struct ingot_error *err)
{
	uint8_t *head = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (head == MAP_FAILED)
		return ingot_error_set(err, -ENOMEM, "%s: out of memory for %zu bytes of metadata; free some",
				       gguf->name, bytes);
	gguf->data = head;
	gguf->have = bytes;
	gguf->owned = true;
	return read_at(gguf, 0, head, bytes, err);
}

/* Of the pages behind the metadata nothing is needed. */
static void trim_head(struct gguf *gguf, size_t used)
{
	const size_t page = sysconf(_SC_PAGESIZE), keep = (used + page - 1) / page * page;

	if (keep < gguf->have) {
		munmap((uint8_t *)gguf->data + keep, gguf->have - keep);
		gguf->have = keep;
	}
}

static int parse_file(struct gguf *gguf, struct ingot_error *err)
{
	for (size_t bytes = HEAD_BYTES;; bytes *= 4) {
		struct gguf_reader r = { .gguf = gguf, .err = err };
		int ret = read_head(gguf, bytes < gguf->size ? bytes : gguf->size, err);

		if (ret)
			return ret;
		ret = gguf_parse(&r);
		if (!ret)
			trim_head(gguf, r.pos);
		if (!ret || !r.starved)
			return ret;
		gguf_forget_parsed(gguf);
		free_head(gguf);
	}
}

struct gguf *gguf_open(const char *path, struct ingot_error *err)
{
	struct gguf *gguf = gguf_new(path, err);

	if (!gguf)
		return NULL;
	/* O_NONBLOCK: opening a FIFO must not wait for a writer */
	gguf->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (gguf->fd < 0)
		ingot_error_set(err, -errno, "%s: cannot open the model file: %s; check the path",
				gguf->name, strerror(errno));
	if (gguf->fd >= 0 && !check_file(gguf, err) && !parse_file(gguf, err))
		return gguf;
	gguf_close(gguf);
	return NULL;
}

int gguf_read_tensor(const struct gguf *gguf, const struct gguf_tensor *tensor, uint64_t offset,
		     void *to, size_t bytes, struct ingot_error *err)
{
	if (gguf->fd >= 0)
		return read_at(gguf, tensor->offset + offset, to, bytes, err);
	memcpy(to, gguf->data + tensor->offset + offset, bytes);
	return 0;
}

static int check_unchanged(const struct gguf *gguf, struct ingot_error *err)
{
	struct stat st;

	if (fstat(gguf->fd, &st))
		return ingot_error_set(err, -errno, "%s: cannot get its size: %s", gguf->name,
				       strerror(errno));
	if ((size_t)st.st_size == gguf->size && st.st_mtim.tv_sec == gguf->changed.tv_sec &&
	    st.st_mtim.tv_nsec == gguf->changed.tv_nsec)
		return 0;
	return ingot_error_set(err, -ESTALE, "%s: the file was written to while it was loaded; load it again",
			       gguf->name);
}

int gguf_finish(struct gguf *gguf, struct ingot_error *err)
{
	int ret = 0;

	if (gguf->fd >= 0) {
		ret = check_unchanged(gguf, err);
		close(gguf->fd);
	}
	gguf->fd = -1;
	return ret;
}

void gguf_close_file(struct gguf *gguf)
{
	free_head(gguf);
	if (gguf->fd >= 0)
		close(gguf->fd);
	gguf->fd = -1;
}
