#include "server/token.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/token_issue.h"
#include "base/limits.h"
#include "base/mem.h"
#include "store/audit.h"

#define DAY_S 86400

enum exit_code { EXIT_MADE, EXIT_REFUSED, EXIT_USAGE };

static const char usage[] =
	"usage: cpa token create --name NAME --scope SCOPE [--scope SCOPE] ... [--days N]\n"
	"                        [--role ROLE] [--limit CLUSTER/NAMESPACE] ...\n\n"
	"Makes an API token in the database of PGHOST and the others and prints it: it cannot be\n"
	"read again. A token with the scope flows:write alone is for shippers.\n\n"
	"  --name NAME    where it is used\n"
	"  --scope SCOPE  what it is for: flows:read, flows:write, policies:read, policies:write,\n"
	"                 tokens:admin, audit:read\n"
	"  --days N       that it holds, 1 to 366 (default: 90)\n"
	"  --role ROLE    viewer, editor or admin (default: the least that can use the scopes)\n"
	"  --limit CLUSTER/NAMESPACE\n"
	"                 what it may see, with * for any (default: everything)\n\n"
	"Exit code: 0 it is printed, 1 it was refused or the database is away, 2 wrong usage.\n";

static const struct option options[] = {{"name", required_argument, NULL, 'n'},
	{"scope", required_argument, NULL, 's'}, {"days", required_argument, NULL, 'd'},
	{"role", required_argument, NULL, 'r'}, {"limit", required_argument, NULL, 'l'},
	{"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};

struct arguments {
	struct token_wish wish;
	struct text_list limits;
	size_t capacity; /* of the limits */
	bool help;
};

static bool wrong(const char *what, const char *value)
{
	fprintf(stderr, "cpa token: \"%s\" is no %s\n", value, what);
	return false;
}

static bool take_days(const char *value, int64_t *ret_lifetime_s)
{
	char *end;
	long days = strtol(value, &end, 10);

	if (*value < '0' || *value > '9' || *end != '\0' || days > LIMIT_TOKEN_DAYS)
		return wrong("number of days", value);
	*ret_lifetime_s = days * DAY_S;
	return true;
}

static bool take_option(struct arguments *arguments, void *mem, int code, const char *value)
{
	struct token_wish *wish = &arguments->wish;
	unsigned scope;

	switch (code) {
	case 'n':
		wish->name = value;
		return true;
	case 's':
		if (!scope_parse(value, &scope))
			return wrong("scope", value);
		wish->scopes |= scope;
		return true;
	case 'd':
		return take_days(value, &wish->lifetime_s);
	case 'r':
		return (role_parse(value, &wish->role) && wish->role != ROLE_NONE) ||
		       wrong("role", value);
	case 'l':
		mem_reserve(mem, arguments->limits.items, &arguments->capacity,
			arguments->limits.count + 1);
		arguments->limits.items[arguments->limits.count++] = value;
		return true;
	case 'h':
		arguments->help = true;
		return true;
	default:
		return false;
	}
}

/* What was not said follows from the scopes. */
static void complete(struct arguments *arguments)
{
	struct token_wish *wish = &arguments->wish;

	if (wish->role == ROLE_NONE)
		wish->role = scopes_role(wish->scopes);
	wish->kind = wish->scopes == SCOPE_FLOWS_WRITE ? TOKEN_INGEST : TOKEN_SERVICE;
	if (arguments->limits.count > 0)
		wish->limits = &arguments->limits;
}

static bool make(struct db *db, void *mem, const struct token_wish *wish, const char **ret_text,
	struct err *err)
{
	const char *id;

	return db_begin(db, mem, err) && token_issue(db, mem, wish, &id, ret_text, err) &&
	       audit_add(db, mem,
		       &(struct audit){.actor = wish->owner,
			       .role = role_name(ROLE_ADMIN),
			       .auth = "command",
			       .token = "",
			       .address = "",
			       .request_id = "",
			       .trace_id = "",
			       .action = "token.create",
			       .object = id,
			       .name = wish->name,
			       .reason = "",
			       .detail = mem_format(mem, "{\"kind\": \"%s\", \"scopes\": \"%s\"}",
				       token_kind_name(wish->kind), scope_text(mem, wish->scopes))},
		       err) &&
	       db_commit(db, err);
}

int token_run(int argc, char **argv)
{
	struct arguments arguments = {.wish = {.name = "",
					      .owner = "command line",
					      .lifetime_s = TOKEN_DAYS_DEFAULT * DAY_S}};
	void *mem = mem_context(NULL);
	struct err err = {0};
	const char *text;
	int code = EXIT_MADE;
	int option;
	bool understood = true;

	while (understood && (option = getopt_long(argc, argv, "h", options, NULL)) != -1)
		understood = take_option(&arguments, mem, option, optarg);
	if (understood && arguments.help) {
		fputs(usage, stdout);
	} else if (!understood || optind != argc - 1 || strcmp(argv[optind], "create") != 0) {
		fputs(usage, stderr);
		code = EXIT_USAGE;
	} else {
		complete(&arguments);
		if (make(db_new(mem), mem, &arguments.wish, &text, &err)) {
			puts(text);
		} else {
			fprintf(stderr, "cpa token: %s\n", err.text);
			code = EXIT_REFUSED;
		}
	}
	mem_free(mem);
	return code;
}
