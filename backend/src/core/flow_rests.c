#include "core/flow_rests.h"

#include <string.h>
#include <xxhash.h>

#include "base/limits.h"
#include "base/mem.h"
#include "core/scan_memory.h"

/* What a record that told nothing before tells after its rest, a word at a time. */
struct change {
	size_t word;
	uint64_t mask, value;
};

struct rest {
	struct scan_entry entry;
	uint64_t seen; /* members before it, which it must not repeat */
	struct change *changes;
	size_t change_count;
};

struct flow_rests {
	uint64_t hash_key;
	struct scan_memory *memory;
	uint64_t met[LIMIT_SCAN_RESTS]; /* by hash: what comes once is not remembered */
};

_Static_assert(sizeof(struct flow_json_wrapped) % sizeof(uint64_t) == 0, "whole words");
#define WORDS (sizeof(struct flow_json_wrapped) / sizeof(uint64_t))

struct flow_rests *flow_rests_new(void *mem, uint64_t hash_key)
{
	struct flow_rests *rests = mem_new(mem, struct flow_rests);

	rests->hash_key = hash_key;
	rests->memory = scan_memory_new(rests, LIMIT_SCAN_RESTS);
	return rests;
}

/*
 * How many bytes there are before the time at the end of the line, if it is the time of the flow, which needs
 * no reading either; 0 if the line ends otherwise.
 */
static size_t size_before_time(const struct json_scanning *scanning)
{
	static const char name[] = "\"time\":\"", end[] = "\"}\n";
	const size_t name_size = sizeof name - 1, end_size = sizeof end - 1;
	const char *begin = scanning->at, *time;
	size_t room = (size_t)(scanning->end - begin);
	const char *line_end = memchr(begin, '\n', room < LIMIT_SCAN_REST ? room : LIMIT_SCAN_REST);

	if (scanning->time_text == NULL || line_end == NULL ||
		(size_t)(line_end - begin) < name_size + scanning->time_size + end_size)
		return 0;
	time = line_end + 1 - end_size - scanning->time_size;
	if (memcmp(time - name_size, name, name_size) != 0 ||
		memcmp(time, scanning->time_text, scanning->time_size) != 0 ||
		memcmp(time + scanning->time_size, end, end_size) != 0)
		return 0;
	return (size_t)(time - begin);
}

static uint64_t word_of(const void *object, size_t word)
{
	uint64_t value;

	memcpy(&value, (const char *)object + word * sizeof value, sizeof value);
	return value;
}

/* All bits of the bytes in which the words differ. */
static uint64_t different_bytes(uint64_t a, uint64_t b)
{
	uint64_t mask = 0;

	for (unsigned shift = 0; shift < 64; shift += 8)
		if (((a ^ b) >> shift & 0xff) != 0)
			mask |= UINT64_C(0xff) << shift;
	return mask;
}

static void note_changes(struct rest *rest, const struct flow_json_wrapped *told)
{
	struct change changes[WORDS];

	for (size_t i = 0; i < WORDS; i++) {
		uint64_t value = word_of(told, i);
		uint64_t mask = different_bytes(value, word_of(&flow_json_nothing, i));

		if (mask != 0)
			changes[rest->change_count++] = (struct change){i, mask, value & mask};
	}
	rest->changes = mem_array(rest, struct change, rest->change_count);
	memcpy(rest->changes, changes, rest->change_count * sizeof *changes);
}

/* Reads it once more, for itself; the texts that it tells need as much room as they took before. */
static void learn(struct flow_rests *rests, const struct json_scanning *before,
	const struct json_object_scan *flow, size_t size, size_t texts, uint64_t hash)
{
	size_t gap = (uintptr_t)before->room % sizeof(void *); /* the same alignment */
	struct rest *rest = mem_zeroed(rests, sizeof *rest + gap + texts + size, 1);
	char *room = (char *)(rest + 1);
	struct json_scanning scanning = *before;
	struct json_object_scan object = *flow;
	struct flow_json_wrapped told;

	memcpy(&told, &flow_json_nothing, sizeof told);
	scanning.room = room + gap;
	scanning.room_end = scanning.room + texts;
	if (!flow_json_scan_rest(&scanning, &object, &told)) {
		mem_free(rest);
		return;
	}
	rest->entry = (struct scan_entry){hash, memcpy(scanning.room_end, before->at, size), size};
	rest->seen = flow->seen;
	note_changes(rest, &told);
	scan_memory_put(rests->memory, &rest->entry, NULL);
}

static void apply(const struct rest *rest, struct flow_json_wrapped *wrapped)
{
	char *object = (char *)wrapped;

	for (size_t i = 0; i < rest->change_count; i++) {
		const struct change *change = &rest->changes[i];
		uint64_t value = (word_of(object, change->word) & ~change->mask) | change->value;

		memcpy(object + change->word * sizeof value, &value, sizeof value);
	}
}

bool flow_rests_scan(struct flow_rests *rests, struct json_scanning *scanning,
	struct json_object_scan *flow, struct flow_json_wrapped *wrapped)
{
	const struct json_scanning before = *scanning;
	/* endpoints are remembered by themselves, and may be forgotten */
	bool usual =
		wrapped->hubble.flow.source.present && !flow->ended && flow->unknown_count == 0;
	size_t size = usual ? size_before_time(scanning) : 0;
	const char *end;
	uint64_t hash, *met;
	const struct rest *rest;
	struct json_object_scan object;

	if (size == 0)
		return flow_json_scan_rest(scanning, flow, wrapped);
	end = scanning->at + size + scanning->time_size + sizeof "\"}" - 1;
	hash = XXH3_64bits_withSeed(scanning->at, size, rests->hash_key ^ flow->seen);
	rest = (const struct rest *)scan_memory_find(rests->memory, hash, scanning->at, size);
	if (rest != NULL && rest->seen == flow->seen) {
		apply(rest, wrapped);
		wrapped->time_ns = scanning->time;
		scanning->at = end;
		return true;
	}
	object = *flow;
	if (!flow_json_scan_rest(scanning, flow, wrapped))
		return false;
	met = &rests->met[hash % LIMIT_SCAN_RESTS];
	if (*met == hash && scanning->at == end)
		learn(rests, &before, &object, size, (size_t)(scanning->room - before.room), hash);
	*met = hash;
	return true;
}
