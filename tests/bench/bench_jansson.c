/*
 * What reading flows the plain way costs, as the measure of `cpa generate`: each line of a file is read by jansson,
 * what an analyser takes of a flow is looked up, and the tree is let go.
 *
 *   bench_jansson FILE
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

/* Members of members, ended by NULL. */
#define PATH_MOST 4
static const char *const wanted[][PATH_MOST] = {
	{"time"},
	{"uuid"},
	{"verdict"},
	{"drop_reason_desc"},
	{"l4", "TCP", "source_port"},
	{"l4", "TCP", "destination_port"},
	{"l4", "UDP", "source_port"},
	{"l4", "UDP", "destination_port"},
	{"l4", "ICMPv4", "type"},
	{"IP", "source"},
	{"IP", "destination"},
	{"source", "identity"},
	{"source", "namespace"},
	{"source", "pod_name"},
	{"source", "labels"},
	{"destination", "identity"},
	{"destination", "namespace"},
	{"destination", "pod_name"},
	{"destination", "labels"},
	{"node_name"},
	{"event_type", "type"},
	{"traffic_direction"},
	{"trace_observation_point"},
	{"is_reply"},
	{"l7", "type"},
};

int main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "re") : NULL;
	uint64_t lines = 0, found = 0;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t size;

	if (file == NULL) {
		fputs("usage: bench_jansson FILE\n", stderr);
		return 2;
	}
	while ((size = getline(&line, &capacity, file)) > 0) {
		json_t *record = json_loadb(line, (size_t)size, 0, NULL);

		for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
			const json_t *value = json_object_get(record, "flow");

			for (size_t j = 0; j < PATH_MOST && wanted[i][j] != NULL; j++)
				value = json_object_get(value, wanted[i][j]);
			found += value != NULL;
		}
		json_decref(record);
		lines++;
	}
	printf("%" PRIu64 " lines, %" PRIu64 " values\n", lines, found);
	free(line);
	fclose(file);
	return EXIT_SUCCESS;
}
