#include "core/flow_scan.h"

#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_json_parts.h"
#include "core/flow_rests.h"
#include "core/scan_memory.h"

#include <string.h>
#include <xxhash.h>

/*
 * Texts that begin alike, which is most often the same endpoint again or another pod of its workload, are
 * most often equally long: with the length guessed, the text need not be scanned to find its end.
 */
#define BEGINNING 64

struct known {
	struct scan_entry entry;
	struct flow_endpoint endpoint;
};

struct flow_scan {
	const struct flow_reader_options *options;
	uint64_t learnt;                 /* endpoints so far */
	struct flow_json_wrapped record; /* being read */
	const struct known *pinned;      /* what the record being read refers to already */
	unsigned short lengths[LIMIT_SCAN_ENDPOINTS]; /* by the hash of the beginning */
	struct scan_memory *endpoints;
	struct flow_rests *rests;
	char room[LIMIT_SCAN_ROOM];
};

struct flow_scan *flow_scan_new(void *mem, const struct flow_reader_options *options)
{
	struct flow_scan *scan = mem_new(mem, struct flow_scan);

	scan->options = options;
	scan->endpoints = scan_memory_new(scan, LIMIT_SCAN_ENDPOINTS);
	scan->rests = flow_rests_new(scan, options->hash_key);
	return scan;
}

/* Copies into a block that was made large enough. */
static const char *put_text(char **room, const char *text)
{
	char *copy = *room;

	*room = stpcpy(copy, text) + 1;
	return copy;
}

/*
 * A copy in one block: the record's text first, then the endpoint's. jansson's values would take
 * several times the memory.
 */
static struct known *known_new(
	void *mem, const char *bytes, size_t size, const struct flow_endpoint *from)
{
	size_t lists = from->labels.count * sizeof(char *) +
		       from->workload_count * sizeof(struct workload);
	size_t texts =
		size + strlen(from->cluster) + strlen(from->namespace) + strlen(from->pod) + 3;
	struct known *known;
	struct workload *workloads;
	const char **labels;
	char *room;

	for (size_t i = 0; i < from->labels.count; i++)
		texts += strlen(from->labels.items[i]) + 1;
	for (size_t i = 0; i < from->workload_count; i++)
		texts += strlen(from->workloads[i].name) + strlen(from->workloads[i].kind) + 2;
	known = mem_zeroed(mem, sizeof *known + lists + texts, 1);
	workloads = (struct workload *)(known + 1);
	labels = (const char **)(workloads + from->workload_count);
	room = (char *)(labels + from->labels.count);

	known->entry.bytes = memcpy(room, bytes, size);
	known->entry.size = size;
	room += size;
	known->endpoint = *from;
	known->endpoint.cluster = put_text(&room, from->cluster);
	known->endpoint.namespace = put_text(&room, from->namespace);
	known->endpoint.pod = put_text(&room, from->pod);
	for (size_t i = 0; i < from->labels.count; i++)
		labels[i] = put_text(&room, from->labels.items[i]);
	known->endpoint.labels.items = labels;
	for (size_t i = 0; i < from->workload_count; i++)
		workloads[i] = (struct workload){put_text(&room, from->workloads[i].name),
			put_text(&room, from->workloads[i].kind)};
	known->endpoint.workloads = workloads;
	return known;
}

/* Asks jansson; NULL if it refuses, which the whole record must hear with its reason. */
static struct known *learn(struct flow_scan *scan, const char *bytes, size_t size)
{
	void *mem = mem_context(NULL);
	struct err err = {0};
	struct json_reading reading = {.mem = mem, .err = &err};
	json_t *value = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, NULL);
	struct flow_endpoint endpoint;
	struct known *known = NULL;

	if (value != NULL && flow_json_read_endpoint(&reading, value, NULL, &endpoint)) {
		known = known_new(scan, bytes, size, &endpoint);
		/* a reader with a key of its own has numbers that no other one has */
		if (scan->options->hash_key != 0)
			known->endpoint.known = scan->options->hash_key + scan->learnt++;
	}
	json_decref(value);
	mem_free(mem);
	return known;
}

/* Of the beginning and the end of a longer text: a pod's name is last, and what is between repeats. */
static uint64_t hash_of(const struct flow_scan *scan, const char *bytes, size_t size)
{
	uint64_t key = scan->options->hash_key;

	if (size <= 2 * BEGINNING)
		return XXH3_64bits_withSeed(bytes, size, key);
	return XXH3_64bits_withSeed(bytes + size - BEGINNING, BEGINNING,
		XXH3_64bits_withSeed(bytes, BEGINNING, key) ^ size);
}

static const struct known *find(
	const struct flow_scan *scan, uint64_t hash, const char *bytes, size_t size)
{
	return (const struct known *)scan_memory_find(scan->endpoints, hash, bytes, size);
}

/* Where the length of texts that begin like this one is remembered; NULL if it is too short. */
static unsigned short *length_of(struct flow_scan *scan, const char *bytes, size_t size)
{
	if (size < BEGINNING)
		return NULL;
	return &scan->lengths[hash_of(scan, bytes, BEGINNING) % LIMIT_SCAN_ENDPOINTS];
}

static const struct known *find_or_learn(struct flow_scan *scan, const char *bytes, size_t size)
{
	uint64_t hash = hash_of(scan, bytes, size);
	const struct known *known = find(scan, hash, bytes, size);
	struct known *learnt;

	if (known != NULL)
		return known;
	learnt = learn(scan, bytes, size);
	if (learnt != NULL) {
		learnt->entry.hash = hash;
		scan_memory_put(scan->endpoints, &learnt->entry, scan->pinned);
	}
	return learnt;
}

/* Past the object, and what it says; NULL if that is for jansson. */
static const struct known *scan_known(struct json_scanning *scanning, struct flow_scan *scan)
{
	const char *begin = scanning->at;
	size_t room = (size_t)(scanning->end - begin), size;
	unsigned short *length = length_of(scan, begin, room);

	/* what is equal to a whole object ends where that one ends */
	if (length != NULL && *length > 0 && *length <= room) {
		const struct known *known =
			find(scan, hash_of(scan, begin, *length), begin, *length);

		if (known != NULL) {
			scanning->at += *length;
			return known;
		}
	}
	if (!json_scan_past_object(scanning))
		return NULL;
	size = (size_t)(scanning->at - begin);
	if (size > LIMIT_SCAN_ENDPOINT)
		return NULL;
	if (length != NULL)
		*length = (unsigned short)size;
	return find_or_learn(scan, begin, size);
}

bool flow_scan_endpoint(struct json_scanning *scanning, const void *detail, void *target)
{
	struct flow_scan *scan = scanning->owner;
	const struct known *known;

	(void)detail;
	json_scan_peek(scanning);
	known = scan_known(scanning, scan);
	if (known == NULL)
		return false;
	scan->pinned = known;
	*(struct flow_endpoint *)target = known->endpoint;
	return true;
}

bool flow_scan_rest(struct json_scanning *scanning, struct json_object_scan *flow,
	struct flow_json_wrapped *wrapped)
{
	struct flow_scan *scan = scanning->owner;

	return flow_rests_scan(scan->rests, scanning, flow, wrapped);
}

size_t flow_scan_read(
	struct flow_scan *scan, const char *bytes, size_t size, struct record *ret_record)
{
	struct json_scanning scanning = {
		.at = bytes,
		.end = bytes + size,
		.room = scan->room,
		.room_end = scan->room + sizeof scan->room,
		.owner = scan,
	};
	struct flow *flow;
	size_t used;

	scan->pinned = NULL;
	flow = flow_json_hubble_scan(&scanning, scan->options, &scan->record);
	if (flow == NULL)
		return 0;
	used = (size_t)(scanning.at - bytes);
	if (used > LIMIT_RECORD)
		return 0;
	flow->id = *flow->uuid != '\0' ? XXH3_64bits(flow->uuid, strlen(flow->uuid))
				       : XXH3_64bits(bytes, used);
	*ret_record = (struct record){
		.kind = RECORD_FLOW, .flow = flow, .lost_source = "", .node = "", .state = ""};
	return used;
}
