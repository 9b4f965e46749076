// SPDX-License-Identifier: MIT
#include <errno.h>
#include <string.h>

#include <json-c/json.h>

#include "caps.h"

static const struct {
	const char *name;
	int64_t value;
} numbers[] = {
	{ "max_msg_fds", VU_MAX_FDS },
	{ "max_data_xfer_size", VU_MAX_TRANSFER },
	{ "max_dma_maps", VU_MAX_MAPS },
	{ "pgsizes", 4096 },
};

/* What is ours of the capabilities that the client has */
static struct json_object *choose(struct json_object *theirs)
{
	struct json_object *ours = json_object_new_object(), *multi;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (json_object_object_get_ex(theirs, numbers[i].name, NULL))
			json_object_object_add(ours, numbers[i].name,
					       json_object_new_int64(numbers[i].value));
	if (json_object_object_get_ex(theirs, "write_multiple", &multi) &&
	    json_object_get_boolean(multi))
		json_object_object_add(ours, "write_multiple", json_object_new_boolean(1));
	return ours;
}

static int answer(struct json_object *request, char *text, size_t room, size_t *bytes,
		  struct ingot_error *err)
{
	struct json_object *theirs = NULL, *reply = json_object_new_object();
	const char *json;
	int ret = 0;

	json_object_object_get_ex(request, "capabilities", &theirs);
	json_object_object_add(reply, "capabilities", choose(theirs));
	json = json_object_to_json_string_ext(reply, JSON_C_TO_STRING_PLAIN);
	if (!json || strlen(json) >= room)
		ret = ingot_error_set(err, -ENOMEM, "no memory for the capabilities");
	else
		*bytes = strlen(strcpy(text, json)) + 1;
	json_object_put(reply);
	return ret;
}

int vu_caps_negotiate(const void *body, size_t bytes, void *reply, size_t *reply_bytes,
		      struct ingot_error *err)
{
	struct vu_version *ours = reply;
	const char *text = (const char *)body + sizeof(*ours);
	struct json_object *request;
	struct vu_version theirs;
	int ret;

	if (bytes < sizeof(theirs))
		return ingot_error_set(err, -EPROTO, "version message of %zu bytes", bytes);
	memcpy(&theirs, body, sizeof(theirs));
	if (theirs.major != VU_VERSION_MAJOR)
		return ingot_error_set(err, -EPROTO, "client speaks version %u.%u, this is %u.%u",
				       theirs.major, theirs.minor, VU_VERSION_MAJOR,
				       VU_VERSION_MINOR);
	ours->major = VU_VERSION_MAJOR;
	ours->minor = theirs.minor < VU_VERSION_MINOR ? theirs.minor : VU_VERSION_MINOR;
	*reply_bytes = sizeof(*ours);
	bytes -= sizeof(theirs);
	if (!bytes)
		return 0;
	request = memchr(text, 0, bytes) ? json_tokener_parse(text) : NULL;
	if (!json_object_is_type(request, json_type_object)) {
		json_object_put(request);
		return ingot_error_set(err, -EPROTO, "the client's capabilities are no JSON object");
	}
	ret = answer(request, (char *)(ours + 1), VU_CAPS_REPLY_BYTES - sizeof(*ours), &bytes, err);
	json_object_put(request);
	*reply_bytes += bytes;
	return ret;
}
