#include "server/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/audit.h"

static const char usage[] =
	"usage: cpa audit verify [--known ID:HASH]\n\n"
	"Walks the chain of the audit in the database of PGHOST and the others. Prints its end as\n"
	"ID:HASH: keep it where the database's owner cannot write, and give it to a later run as\n"
	"--known, which then finds also a chain that was made anew. Exit code: 0 the audit is "
	"what\n"
	"was written, 1 it is not (the first row that was changed, removed or inserted is named),\n"
	"2 wrong usage, 3 the database cannot be read.\n";

enum exit_code { EXIT_UNBROKEN, EXIT_BROKEN, EXIT_USAGE, EXIT_UNREAD };

static bool place_parse(const char *text, struct audit_place *ret_place)
{
	const char *hash = strchr(text, ':');
	size_t digits = strspn(text, "0123456789");

	if (hash == NULL || digits == 0 || digits > 18 || text + digits != hash ||
		strlen(hash + 1) != SHA256_TEXT - 1 ||
		strspn(hash + 1, "0123456789abcdef") != SHA256_TEXT - 1)
		return false;
	ret_place->id = strtoll(text, NULL, 10);
	memcpy(ret_place->hash, hash + 1, SHA256_TEXT);
	return true;
}

static int verify(const struct audit_place *known)
{
	void *mem = mem_context(NULL);
	struct audit_verdict verdict;
	struct err err = {0};
	int code;

	if (!audit_verify(db_new(mem), mem, known, &verdict, &err)) {
		fprintf(stderr, "cpa audit: %s\n", err.text);
		code = EXIT_UNREAD;
	} else if (verdict.broken != 0) {
		printf("broken at row %" PRId64 ": %s\n", verdict.broken, verdict.why);
		code = EXIT_BROKEN;
	} else {
		printf("unbroken: %" PRId64 ":%s\n", verdict.end.id, verdict.end.hash);
		code = EXIT_UNBROKEN;
	}
	mem_free(mem);
	return code;
}

int audit_run(int argc, char **argv)
{
	struct audit_place known;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(usage, stdout);
		return EXIT_SUCCESS;
	}
	if (argc == 2 && strcmp(argv[1], "verify") == 0)
		return verify(NULL);
	if (argc == 4 && strcmp(argv[1], "verify") == 0 && strcmp(argv[2], "--known") == 0 &&
		place_parse(argv[3], &known))
		return verify(&known);
	fputs(usage, stderr);
	return EXIT_USAGE;
}
