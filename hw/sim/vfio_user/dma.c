// SPDX-License-Identifier: MIT
#include <errno.h>
#include <linux/vfio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "dma.h"
#include "guarded_copy.h"

/* ---- files ---- */

static struct vu_file *map_file(int fd, const struct stat *st, bool write, struct ingot_error *err)
{
	struct vu_file *file = calloc(1, sizeof(*file));
	void *base;

	if (!file) {
		ingot_error_set(err, -ENOMEM, "no memory for a DMA map");
		return NULL;
	}
	base = mmap(NULL, (size_t)st->st_size, PROT_READ | (write ? PROT_WRITE : 0),
		    MAP_SHARED | MAP_NORESERVE, fd, 0);
	if (base == MAP_FAILED) {
		ingot_error_set(err, -errno, "mapping a file of %lld bytes: %s",
				(long long)st->st_size, strerror(errno));
		free(file);
		return NULL;
	}
	*file = (struct vu_file){ .device = st->st_dev, .inode = st->st_ino, .base = base,
				  .bytes = (uint64_t)st->st_size, .writable = write };
	return file;
}

static struct vu_file *find_file(const struct vu_dma *dma, const struct stat *st, uint64_t end,
				 bool write)
{
	struct vu_file *file = dma->files;

	while (file && (file->device != st->st_dev || file->inode != st->st_ino ||
			file->bytes < end || (write && !file->writable)))
		file = file->next;
	return file;
}

/* The file of a range, one more range in it */
static int get_file(struct vu_dma *dma, const struct vu_dma_map *map, int fd,
		    struct vu_file **file, struct ingot_error *err)
{
	bool write = map->flags & VFIO_DMA_MAP_FLAG_WRITE;
	struct stat st;
	uint64_t end;

	if (fstat(fd, &st))
		return ingot_error_set(err, -errno, "DMA map: %s", strerror(errno));
	if (!S_ISREG(st.st_mode) || __builtin_add_overflow(map->offset, map->size, &end) ||
	    end > (uint64_t)st.st_size)
		return ingot_error_set(err, -EINVAL,
				       "DMA map of 0x%llx bytes at 0x%llx of a file that is shorter or no regular one",
				       (unsigned long long)map->size,
				       (unsigned long long)map->offset);
	*file = find_file(dma, &st, end, write);
	if (!*file) {
		*file = map_file(fd, &st, write, err);
		if (!*file)
			return err->code;
		(*file)->next = dma->files;
		dma->files = *file;
	}
	(*file)->ranges++;
	return 0;
}

static void put_file(struct vu_dma *dma, struct vu_file *file)
{
	struct vu_file **link = &dma->files;

	if (!file || --file->ranges)
		return;
	while (*link != file)
		link = &(*link)->next;
	*link = file->next;
	munmap(file->base, file->bytes);
	free(file);
}

/* ---- ranges ---- */

/* Index of the first range that ends behind @address, so of the one that holds it if one does */
static size_t find_range(const struct vu_dma *dma, uint64_t address)
{
	size_t low = 0, high = dma->count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct vu_range *r = &dma->ranges[mid];

		if (r->address + (r->size - 1) < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int make_room(struct vu_dma *dma, size_t more, struct ingot_error *err)
{
	size_t room = dma->room ? dma->room * 2 : 64;
	struct vu_range *ranges;

	if (dma->count + more <= dma->room)
		return 0;
	ranges = realloc(dma->ranges, room * sizeof(*ranges));
	if (!ranges)
		return ingot_error_set(err, -ENOMEM, "no memory for %zu DMA maps", room);
	dma->ranges = ranges;
	dma->room = room;
	return 0;
}

static void insert_range(struct vu_dma *dma, size_t at, const struct vu_range *range)
{
	memmove(&dma->ranges[at + 1], &dma->ranges[at], (dma->count - at) * sizeof(*range));
	dma->ranges[at] = *range;
	dma->count++;
	dma->last = 0;
}

static int check_map(const struct vu_dma *dma, const struct vu_dma_map *map,
		     struct ingot_error *err)
{
	const uint32_t known = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE;
	uint64_t last;
	size_t at;

	if (!map->size || __builtin_add_overflow(map->address, map->size - 1, &last) ||
	    map->flags & ~known)
		return ingot_error_set(err, -EINVAL, "DMA map at 0x%llx of 0x%llx bytes, flags 0x%x",
				       (unsigned long long)map->address,
				       (unsigned long long)map->size, map->flags);
	at = find_range(dma, map->address);
	if (at < dma->count && dma->ranges[at].address <= last)
		return ingot_error_set(err, -EEXIST, "DMA map at 0x%llx overlaps another one",
				       (unsigned long long)map->address);
	if (dma->count >= VU_MAX_MAPS)
		return ingot_error_set(err, -ENOSPC, "more than %u DMA maps", VU_MAX_MAPS);
	return 0;
}

int vu_dma_map(struct vu_dma *dma, const struct vu_dma_map *map, int fd, struct ingot_error *err)
{
	struct vu_range range = {
		.address = map->address,
		.size = map->size,
		.offset = map->offset,
		.readable = map->flags & VFIO_DMA_MAP_FLAG_READ,
		.writable = map->flags & VFIO_DMA_MAP_FLAG_WRITE,
	};
	int ret = check_map(dma, map, err);

	if (!ret)
		ret = make_room(dma, 1, err);
	if (!ret && fd >= 0)
		ret = get_file(dma, map, fd, &range.file, err);
	if (ret)
		return ret;
	insert_range(dma, find_range(dma, map->address), &range);
	dma->maps++;
	return 0;
}

/* Makes @address the start of a range if it lies within one */
static void split_range(struct vu_dma *dma, uint64_t address)
{
	size_t at = find_range(dma, address);
	struct vu_range *front = &dma->ranges[at], back;

	if (at == dma->count || front->address >= address)
		return;
	back = *front;
	front->size = address - front->address;
	back.address = address;
	back.size -= front->size;
	back.offset += front->size;
	if (back.file)
		back.file->ranges++;
	insert_range(dma, at + 1, &back);
}

static void remove_ranges(struct vu_dma *dma, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		put_file(dma, dma->ranges[i].file);
	memmove(&dma->ranges[from], &dma->ranges[to], (dma->count - to) * sizeof(*dma->ranges));
	dma->count -= to - from;
	dma->last = 0;
}

/* Leaves @last as it is if everything shall go */
static int check_unmap(const struct vu_dma_unmap *unmap, uint64_t *last, struct ingot_error *err)
{
	if (unmap->flags == VFIO_DMA_UNMAP_FLAG_ALL && !unmap->address && !unmap->size)
		return 0;
	if (unmap->flags || !unmap->size ||
	    __builtin_add_overflow(unmap->address, unmap->size - 1, last))
		return ingot_error_set(err, -EINVAL,
				       "DMA unmap at 0x%llx of 0x%llx bytes, flags 0x%x",
				       (unsigned long long)unmap->address,
				       (unsigned long long)unmap->size, unmap->flags);
	return 0;
}

int vu_dma_unmap(struct vu_dma *dma, const struct vu_dma_unmap *unmap, struct ingot_error *err)
{
	uint64_t last = UINT64_MAX;
	size_t from, to;
	int ret = check_unmap(unmap, &last, err);

	if (!ret)
		ret = make_room(dma, 2, err);
	if (ret)
		return ret;
	split_range(dma, unmap->address);
	if (last < UINT64_MAX)
		split_range(dma, last + 1);
	from = find_range(dma, unmap->address);
	for (to = from; to < dma->count && dma->ranges[to].address <= last; to++)
		;
	remove_ranges(dma, from, to);
	dma->unmaps++;
	return 0;
}

void vu_dma_clear(struct vu_dma *dma)
{
	if (dma->count)
		remove_ranges(dma, 0, dma->count);
	free(dma->ranges);
	dma->ranges = NULL;
	dma->room = 0;
	dma->last = 0;
}

/* ---- accesses ---- */

/* The range that holds @address, or NULL */
static const struct vu_range *range_at(struct vu_dma *dma, uint64_t address)
{
	const struct vu_range *r;

	if (dma->last < dma->count) {
		r = &dma->ranges[dma->last];
		if (address - r->address < r->size)
			return r;
	}
	dma->last = find_range(dma, address);
	if (dma->last == dma->count)
		return NULL;
	r = &dma->ranges[dma->last];
	return address >= r->address ? r : NULL;
}

/* Where @address lies in this process, and in @len how much of it does; or a negative errno */
static int locate(struct vu_dma *dma, uint64_t address, bool write, uint8_t **at, size_t *len)
{
	const struct vu_range *r = range_at(dma, address);
	uint64_t offset;

	if (!r || !(write ? r->writable : r->readable))
		return -EFAULT;
	if (!r->file)
		return -ENXIO;
	offset = address - r->address;
	*at = r->file->base + r->offset + offset;
	if (*len > r->size - offset)
		*len = r->size - offset;
	return 0;
}

int vu_dma_read(struct vu_dma *dma, uint64_t address, void *buf, size_t len)
{
	for (size_t n = len; len; len -= n, n = len) {
		uint8_t *from;
		int ret = locate(dma, address, false, &from, &n);

		if (!ret)
			ret = guarded_copy(buf, from, n);
		if (ret)
			return ret;
		address += n;
		buf = (uint8_t *)buf + n;
	}
	return 0;
}

int vu_dma_write(struct vu_dma *dma, uint64_t address, const void *buf, size_t len)
{
	for (size_t n = len; len; len -= n, n = len) {
		uint8_t *to;
		int ret = locate(dma, address, true, &to, &n);

		if (!ret)
			ret = guarded_copy_last_word(to, buf, n);
		if (ret)
			return ret;
		address += n;
		buf = (const uint8_t *)buf + n;
	}
	return 0;
}
