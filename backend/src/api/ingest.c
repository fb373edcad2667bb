#include "api/ingest.h"

#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "api/change.h"
#include "api/flow_id.h"
#include "api/render.h"
#include "base/body_hash.h"
#include "base/limits.h"
#include "base/mem.h"
#include "core/flow_reader.h"
#include "core/view_limits.h"
#include "store/flow_writer.h"
#include "store/imports.h"

#define SECOND_NS INT64_C(1000000000)
/* Between two updates of the row that shows the progress. */
#define PROGRESS_NS SECOND_NS
/* Between two signs of life of a silent stream; after ten minutes without one it counts as lost. */
#define ALIVE_NS  (30 * SECOND_NS)
#define STREAM_NS (LIMIT_STREAM_MS * INT64_C(1000000))
/* How long ago a recent capture began; the sample spans 22 hours. */
#define RECENT_NS (23 * 3600 * SECOND_NS)

struct ingest {
	struct app *app;
	struct ingest_options options;
	const char *id;
	struct flow_reader *reader;
	struct flow_writer *writer;
	struct body_hash *hash; /* of the cluster and the body as sent */
	struct import_counts counts;
	json_t *errors;
	int64_t begun_ns;    /* UTC */
	int64_t shift_ns;    /* added to the time of every flow */
	int64_t progress_ns; /* when the row was updated last */
	int64_t waiting_ns;  /* of a stream: since when records wait to be committed; 0 = none do */
	bool committed;      /* of a stream: a part of it */
	struct err problem;  /* why the record handler stopped the reader */
};

/* Forms that are announced and cannot be read, and what to set where they come from. */
static const struct {
	const char *type, *name, *cure;
} unread[] = {
	{"application/msgpack", "MessagePack", "In Fluent Bit, set \"format json_lines\"."},
	{"application/x-msgpack", "MessagePack", "In Fluent Bit, set \"format json_lines\"."},
	{"application/x-protobuf", "Protobuf", "In OpenTelemetry, set \"encoding: json\"."},
	{"application/protobuf", "Protobuf", "In OpenTelemetry, set \"encoding: json\"."},
};

static bool check_type(const struct request *request, struct err *err)
{
	const char *type = request_header(request, "Content-Type");
	size_t size = type == NULL ? 0 : strcspn(type, "; ");

	for (size_t i = 0; size > 0 && i < sizeof unread / sizeof *unread; i++)
		if (strlen(unread[i].type) == size && strncasecmp(type, unread[i].type, size) == 0)
			return err_field(err, ERR_UNSUPPORTED, "Content-Type",
				"%s is not read here, but JSON. %s", unread[i].name,
				unread[i].cure);
	return true;
}

bool ingest_check_form(const struct request *request, struct err *err)
{
	static const char *const known[] = {"identity", "gzip", "x-gzip", "zstd"};
	const char *encoding = request_header(request, "Content-Encoding");

	if (encoding == NULL)
		return check_type(request, err);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcasecmp(encoding, known[i]) == 0)
			return check_type(request, err);
	return err_field(err, ERR_UNSUPPORTED, "Content-Encoding",
		"The compression \"%.40s\" is not read here; use gzip, zstd, or none: in Fluent "
		"Bit "
		"\"compress gzip\", in Vector and OpenTelemetry \"compression: gzip\".",
		encoding);
}

static int64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void json_free(void *value)
{
	json_decref(value);
}

static void add_error(struct ingest *ingest, unsigned long line, const struct err *err)
{
	ingest->counts.rejected++;
	if (json_array_size(ingest->errors) >= LIMIT_IMPORT_ERRORS)
		return;
	json_array_append_new(ingest->errors,
		json_pack("{s:I, s:I, s:o, s:s, s:o}", "line", (json_int_t)line, "column",
			(json_int_t)err->column, "field", render_text(err->field), "code",
			err_name(err->code), "detail", render_text(err->text)));
}

/* What the writer knows, and the errors as text, go into the counts. */
static void update_counts(struct ingest *ingest, void *mem)
{
	const struct flow_counts *flows = flow_writer_counts(ingest->writer);
	char *errors = json_dumps(ingest->errors, JSON_COMPACT);

	if (errors == NULL)
		abort();
	ingest->counts.accepted = flows->stored;
	ingest->counts.duplicates = flows->duplicates;
	ingest->counts.has_flows = flows->stored > 0;
	ingest->counts.first_us = flows->first_us;
	ingest->counts.last_us = flows->last_us;
	ingest->counts.errors = mem_text(mem, errors);
	free(errors);
}

static bool audit_import(
	struct ingest *ingest, struct db *db, bool failed, const char *reason, struct err *err)
{
	struct change change = {.action = ingest->options.action,
		.object = ingest->id,
		.name = ingest->options.name,
		.failed = failed,
		.reason = reason};

	if (!failed || ingest->committed)
		change.detail = json_pack("{s:I, s:I, s:I}", "accepted",
			(json_int_t)ingest->counts.accepted, "duplicates",
			(json_int_t)ingest->counts.duplicates, "rejected",
			(json_int_t)ingest->counts.rejected);
	return change_audit(db, ingest->options.request, &change, err);
}

/* Of a stream: what has been read so far is stored and counted. */
static bool commit_part(struct ingest *ingest, struct err *err)
{
	struct db *db = ingest->app->db;
	void *scratch = mem_context(ingest);
	bool done;

	ingest->waiting_ns = 0; /* once: a failure is the end */
	done = flow_writer_finish(ingest->writer, err);
	if (done) {
		update_counts(ingest, scratch);
		done = import_progress(db, scratch, ingest->id, &ingest->counts, err) &&
		       (ingest->committed || audit_import(ingest, db, false,
						     "The first part of a stream", err)) &&
		       db_commit(db, err);
	}
	if (done) {
		ingest->committed = true;
		ingest->progress_ns = now_ns(CLOCK_MONOTONIC);
	}
	mem_free(scratch);
	return done;
}

static bool is_end_within(
	const struct text_list *limits, const struct flow *flow, const struct flow_endpoint *end)
{
	return limits_show(
		limits, *end->cluster != '\0' ? end->cluster : flow->cluster, end->namespace);
}

/* A caller with limits brings only what it could see afterwards: of a connection, one end is enough. */
static bool is_within_limits(const struct ingest *ingest, const struct flow *flow)
{
	const struct text_list *limits = ingest->options.request->user.limits;

	return is_end_within(limits, flow, &flow->source) ||
	       is_end_within(limits, flow, &flow->destination);
}

static bool take_flow(struct ingest *ingest, const struct record *record)
{
	const struct flow *flow = record->flow;
	struct flow shifted;
	bool refused;

	if (!is_within_limits(ingest, flow)) {
		struct err problem = {0};

		(void)err_set(&problem, ERR_FORBIDDEN,
			"Neither end of this flow is in a cluster and namespace that you may bring "
			"flows of.");
		add_error(ingest, record->line, &problem);
		return true;
	}
	if (ingest->options.recent) {
		if (ingest->shift_ns == 0)
			ingest->shift_ns = ingest->begun_ns - RECENT_NS - flow->time_ns;
		shifted = *flow;
		shifted.time_ns += ingest->shift_ns;
		flow = &shifted;
	}
	if (!flow_writer_add(ingest->writer, flow, &refused, &ingest->problem)) {
		if (!refused) {
			ingest->waiting_ns = 0;
			return false;
		}
		add_error(ingest, record->line, &ingest->problem);
		ingest->problem = (struct err){0};
		return true;
	}
	if (ingest->options.flow_ids != NULL) {
		char id[FLOW_ID_SIZE];

		flow_id_write((struct flow_key){flow->time_ns / 1000, flow->id}, id);
		json_array_append_new(ingest->options.flow_ids, json_string(id));
	}
	return !ingest->options.stream ||
	       flow_writer_waiting(ingest->writer) < LIMIT_STREAM_FLOWS ||
	       commit_part(ingest, &ingest->problem);
}

static bool take_record(void *context, const struct record *record)
{
	struct ingest *ingest = context;

	ingest->counts.received++;
	if (ingest->options.stream && ingest->waiting_ns == 0)
		ingest->waiting_ns = now_ns(CLOCK_MONOTONIC);
	switch (record->kind) {
	case RECORD_FLOW:
		return take_flow(ingest, record);
	case RECORD_REJECTED:
		add_error(ingest, record->line, record->problem);
		return true;
	case RECORD_LOST_EVENTS:
		ingest->counts.lost_events += record->lost_events;
		break;
	default:
		break;
	}
	ingest->counts.ignored[record->kind]++;
	return true;
}

bool ingest_begin(struct app *app, void *mem, const struct ingest_options *options,
	struct ingest **ret_ingest, struct err *err)
{
	struct ingest *ingest = mem_new(mem, struct ingest);
	struct flow_reader_options reader = {.cluster = options->cluster};
	const char *key;

	reader.import_time_ns = ingest->begun_ns = now_ns(CLOCK_REALTIME);
	if (RAND_bytes((unsigned char *)&reader.hash_key, sizeof reader.hash_key) != 1)
		abort();
	ingest->app = app;
	ingest->options = *options;
	/* what some callers may not bring, others may */
	ingest->options.known_bodies &= options->request->user.limits == NULL;
	ingest->errors = json_array();
	mem_attach(ingest, ingest->errors, json_free);
	ingest->progress_ns = now_ns(CLOCK_MONOTONIC);
	if (!import_start(app->side, ingest, options->import_id, options->name,
		    options->request->user.name, options->cluster, options->stream, &ingest->id,
		    &key, err))
		return false;
	ingest->hash = body_hash_new(ingest, key);
	body_hash_add(ingest->hash, options->cluster, strlen(options->cluster) + 1);
	ingest->writer = flow_writer_new(ingest, app->db, app->side, app->retention_days);
	ingest->reader = flow_reader_new(ingest, &reader, take_record, ingest);
	*ret_ingest = ingest;
	return true;
}

/* The writer may be using it; a failure is one of what was read before. */
static bool take_side_back(struct ingest *ingest, struct err *err)
{
	if (flow_writer_settle(ingest->writer, err))
		return true;
	ingest->waiting_ns = 0;
	return false;
}

static bool show_progress(struct ingest *ingest, struct err *err)
{
	int64_t now = now_ns(CLOCK_MONOTONIC);
	void *scratch;
	bool done;

	if (now - ingest->progress_ns < PROGRESS_NS)
		return true;
	ingest->progress_ns = now;
	if (!take_side_back(ingest, err))
		return false;
	scratch = mem_context(ingest);
	update_counts(ingest, scratch);
	done = import_progress(ingest->app->side, scratch, ingest->id, &ingest->counts, err);
	mem_free(scratch);
	return done;
}

/* The reader stopped: by the handler's problem, or by one of its own. */
static bool stopped(struct ingest *ingest, struct err *err)
{
	if (ingest->problem.code != ERR_NONE)
		*err = ingest->problem;
	return false;
}

bool ingest_feed(struct ingest *ingest, const void *bytes, size_t size, struct err *err)
{
	body_hash_add(ingest->hash, bytes, size);
	ingest->counts.bytes += size;
	if (!flow_reader_feed(ingest->reader, bytes, size, err))
		return stopped(ingest, err);
	return ingest->options.stream ? ingest_tick(ingest, err) : show_progress(ingest, err);
}

int ingest_patience_ms(const struct ingest *ingest)
{
	int64_t passed = ingest->waiting_ns == 0 ? 0 : now_ns(CLOCK_MONOTONIC) - ingest->waiting_ns;

	return passed >= STREAM_NS ? 0 : (int)((STREAM_NS - passed) / 1000000) + 1;
}

bool ingest_tick(struct ingest *ingest, struct err *err)
{
	int64_t now = now_ns(CLOCK_MONOTONIC);
	void *scratch;
	bool done;

	if (ingest->waiting_ns != 0 && now - ingest->waiting_ns >= STREAM_NS)
		return commit_part(ingest, err);
	if (now - ingest->progress_ns < ALIVE_NS)
		return true;
	ingest->progress_ns = now;
	if (!take_side_back(ingest, err))
		return false;
	scratch = mem_context(ingest);
	done = import_alive(ingest->app->side, scratch, ingest->id, err);
	mem_free(scratch);
	return done;
}

static bool result_of(struct db *db, void *mem, const char *id, bool already, json_t **ret_result,
	struct err *err)
{
	struct rows *rows;

	if (!import_get(db, mem, id, &rows, err))
		return false;
	*ret_result = render_row(rows, 0);
	json_object_set_new(*ret_result, "already_imported", json_boolean(already));
	return true;
}

/* The body was imported before: nothing of this load is kept. */
static bool answer_known(
	struct ingest *ingest, void *mem, const char *known, json_t **ret_result, struct err *err)
{
	flow_writer_abandon(ingest->writer);
	return import_forget(ingest->app->side, mem, ingest->id, err) &&
	       /* not by the user's view: what became of this body may be told, whoever brought it */
	       result_of(ingest->app->side, mem, known, true, ret_result, err);
}

/* The last steps: the audit, the result, the commit. */
static bool keep(struct ingest *ingest, void *mem, json_t **ret_result, struct err *err)
{
	const struct ingest_options *options = &ingest->options;
	struct db *db = ingest->app->db;
	json_t *result;

	if (!audit_import(ingest, db, false, NULL, err) ||
		!result_of(ingest->app->db, mem, ingest->id, false, &result, err))
		return false;
	if (options->commit == NULL ? !db_commit(db, err)
				    : !options->commit(options->context, result, err)) {
		json_decref(result);
		return false;
	}
	*ret_result = result;
	return true;
}

static bool commit(struct ingest *ingest, void *mem, json_t **ret_result, struct err *err)
{
	bool by_body = ingest->options.known_bodies && !ingest->committed;
	char body_hash[BODY_HASH_TEXT];
	const char *known = NULL;
	struct err problem = {0};

	body_hash_text(ingest->hash, body_hash);
	if (!take_side_back(ingest, err))
		return false;
	if (by_body && !import_known(ingest->app->side, mem, body_hash, &known, err))
		return false;
	if (known != NULL)
		return answer_known(ingest, mem, known, ret_result, err);
	if (!flow_writer_finish(ingest->writer, err))
		return false;
	update_counts(ingest, mem);
	if (import_done(ingest->app->db, mem, ingest->id, &ingest->counts,
		    by_body ? body_hash : NULL, &problem))
		return keep(ingest, mem, ret_result, err);
	if (problem.code != ERR_CONFLICT) {
		*err = problem;
		return false;
	}
	/* another load of the same body was committed while this one was read */
	flow_writer_abandon(ingest->writer);
	if (!import_known(ingest->app->side, mem, body_hash, &known, err))
		return false;
	if (known == NULL)
		return err_set(err, ERR_BUSY, "The same body was being imported; try again.");
	return answer_known(ingest, mem, known, ret_result, err);
}

bool ingest_end(struct ingest *ingest, json_t **ret_result, struct err *err)
{
	if (ingest->counts.bytes == 0)
		return err_set(err, ERR_INVALID,
			"The body is empty. Send what `hubble observe -o jsonpb` prints.");
	if (!flow_reader_end(ingest->reader, err))
		return stopped(ingest, err);
	return commit(ingest, ingest, ret_result, err);
}

void ingest_fail(struct ingest *ingest, const struct err *why)
{
	struct err ignored = {0};

	/* the reader read whole records until the cut; whatever else failed may fail again */
	if (!ingest->options.stream || ingest->waiting_ns == 0 || !commit_part(ingest, &ignored))
		flow_writer_abandon(ingest->writer);
	ignored.code = ERR_NONE;
	/* a database that is away cannot note it; the row then counts as interrupted */
	if (!import_failed(ingest->app->side, ingest, ingest->id, why->text, ingest->counts.bytes,
		    &ignored) ||
		!audit_import(ingest, ingest->app->db, true, why->text, &ignored))
		return;
}
