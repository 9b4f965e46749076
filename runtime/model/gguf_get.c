// SPDX-License-Identifier: MIT
/* GGUF metadata: typed access. */
#include <stdlib.h>

#include "gguf_internal.h"

static int absent(const struct gguf *gguf, const char *key, struct ingot_error *err)
{
	return ingot_error_set(err, -ENOENT,
			       "%s: metadata key '%s' is missing; convert the model again",
			       gguf->name, key);
}

static int wrong_type(const struct gguf *gguf, const struct gguf_kv *kv, const char *wanted,
		      struct ingot_error *err)
{
	bool array = kv->type == GGUF_ARRAY;

	return ingot_error_set(err, -EINVAL,
			       "%s: metadata key '" GGUF_STR_FMT "' has type %s%s, expected %s; "
			       "convert the model again",
			       gguf->name, GGUF_STR_ARG(kv->key), array ? "array of " : "",
			       gguf_value_type_name(array ? kv->array.type : kv->type), wanted);
}

static bool is_int(enum gguf_value_type type)
{
	return type != GGUF_FLOAT32 && type != GGUF_FLOAT64 && type != GGUF_BOOL &&
	       gguf_value_size(type);
}

static int64_t load_int(enum gguf_value_type type, const uint8_t *p)
{
	uint64_t u;

	switch (type) {
	case GGUF_UINT8:
	case GGUF_BOOL:
		return *p;
	case GGUF_INT8:
		return (int8_t)*p;
	case GGUF_UINT16:
		return gguf_load16(p);
	case GGUF_INT16:
		return (int16_t)gguf_load16(p);
	case GGUF_UINT32:
		return gguf_load32(p);
	case GGUF_INT32:
		return (int32_t)gguf_load32(p);
	case GGUF_INT64:
		return (int64_t)gguf_load64(p);
	default:
		u = gguf_load64(p);
		return u > INT64_MAX ? INT64_MAX : (int64_t)u;
	}
}

static double load_float(enum gguf_value_type type, const uint8_t *p)
{
	union {
		uint32_t u;
		float f;
	} f32;
	union {
		uint64_t u;
		double f;
	} f64;

	if (type == GGUF_FLOAT32) {
		f32.u = gguf_load32(p);
		return (double)f32.f;
	}
	f64.u = gguf_load64(p);
	return f64.f;
}

static int get_uint(const struct gguf *gguf, const char *key, uint64_t max, uint64_t *out,
		    struct ingot_error *err)
{
	const struct gguf_kv *kv = gguf_find_kv(gguf, key);
	int64_t value;

	if (!kv)
		return absent(gguf, key, err);
	if (!is_int(kv->type))
		return wrong_type(gguf, kv, "an integer", err);
	if (kv->type == GGUF_UINT64 && gguf_load64(kv->value) <= max) {
		*out = gguf_load64(kv->value);
		return 0;
	}
	value = load_int(kv->type, kv->value);
	if (value < 0 || (uint64_t)value > max || kv->type == GGUF_UINT64)
		return ingot_error_set(err, -ERANGE,
				       "%s: metadata key '%s' is %lld, expected 0 to %llu; "
				       "convert the model again",
				       gguf->name, key, (long long)value, (unsigned long long)max);
	*out = value;
	return 0;
}

int gguf_get_u64(const struct gguf *gguf, const char *key, uint64_t *out, struct ingot_error *err)
{
	return get_uint(gguf, key, UINT64_MAX, out, err);
}

int gguf_get_u32(const struct gguf *gguf, const char *key, uint32_t *out, struct ingot_error *err)
{
	uint64_t value;
	int ret = get_uint(gguf, key, UINT32_MAX, &value, err);

	if (!ret)
		*out = value;
	return ret;
}

int gguf_get_f32(const struct gguf *gguf, const char *key, float *out, struct ingot_error *err)
{
	const struct gguf_kv *kv = gguf_find_kv(gguf, key);

	if (!kv)
		return absent(gguf, key, err);
	if (kv->type != GGUF_FLOAT32 && kv->type != GGUF_FLOAT64)
		return wrong_type(gguf, kv, "a floating point number", err);
	*out = load_float(kv->type, kv->value);
	return 0;
}

int gguf_get_bool(const struct gguf *gguf, const char *key, bool *out, struct ingot_error *err)
{
	const struct gguf_kv *kv = gguf_find_kv(gguf, key);

	if (!kv)
		return absent(gguf, key, err);
	if (kv->type != GGUF_BOOL)
		return wrong_type(gguf, kv, "bool", err);
	if (*kv->value > 1)
		return ingot_error_set(err, -ERANGE,
				       "%s: metadata key '%s' is %u, expected 0 or 1; "
				       "convert the model again", gguf->name, key, *kv->value);
	*out = *kv->value;
	return 0;
}

int gguf_get_str(const struct gguf *gguf, const char *key, struct gguf_str *out,
		 struct ingot_error *err)
{
	const struct gguf_kv *kv = gguf_find_kv(gguf, key);

	if (!kv)
		return absent(gguf, key, err);
	if (kv->type != GGUF_STRING)
		return wrong_type(gguf, kv, "string", err);
	out->len = gguf_load64(kv->value);
	out->data = (const char *)kv->value + 8;
	return 0;
}

static int get_array(const struct gguf *gguf, const char *key,
		     bool (*accepts)(enum gguf_value_type), const char *wanted,
		     struct gguf_array *out, struct ingot_error *err)
{
	const struct gguf_kv *kv = gguf_find_kv(gguf, key);

	if (!kv)
		return absent(gguf, key, err);
	if (kv->type != GGUF_ARRAY || !accepts(kv->array.type))
		return wrong_type(gguf, kv, wanted, err);
	*out = kv->array;
	return 0;
}

static bool is_string(enum gguf_value_type type)
{
	return type == GGUF_STRING;
}

static bool is_float(enum gguf_value_type type)
{
	return type == GGUF_FLOAT32 || type == GGUF_FLOAT64;
}

int gguf_get_strings(const struct gguf *gguf, const char *key, struct gguf_array *out,
		     struct ingot_error *err)
{
	return get_array(gguf, key, is_string, "array of strings", out, err);
}

int gguf_get_ints(const struct gguf *gguf, const char *key, struct gguf_array *out,
		  struct ingot_error *err)
{
	return get_array(gguf, key, is_int, "array of integers", out, err);
}

int gguf_get_floats(const struct gguf *gguf, const char *key, struct gguf_array *out,
		    struct ingot_error *err)
{
	return get_array(gguf, key, is_float, "array of floating point numbers", out, err);
}

bool gguf_next_str(struct gguf_array *strings, struct gguf_str *out)
{
	if (!strings->count)
		return false;
	out->len = gguf_load64(strings->data);
	out->data = (const char *)strings->data + 8;
	strings->data += 8 + out->len;
	strings->count--;
	return true;
}

int64_t gguf_array_int(const struct gguf_array *array, size_t i)
{
	return load_int(array->type, array->data + i * gguf_value_size(array->type));
}

double gguf_array_float(const struct gguf_array *array, size_t i)
{
	return load_float(array->type, array->data + i * gguf_value_size(array->type));
}
