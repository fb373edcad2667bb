/* Imports: uploads of any size, what became of them, and the sample capture. */
#include "api/handlers.h"

#include <ctype.h>
#include <string.h>

#include "api/ingest.h"
#include "api/page.h"
#include "api/render.h"
#include "api/sample.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/read_ahead.h"
#include "store/imports.h"

#define READ_SIZE (64 * 1024)
/* Of import_list.sql. */
#define IMPORT_ID_COLUMN 0

static bool is_uuid(const char *text)
{
	static const char form[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (strlen(text) != sizeof form - 1)
		return false;
	for (size_t i = 0; i < sizeof form - 1; i++)
		if (form[i] == '-' ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	return true;
}

static bool short_text(const struct request *request, const char *name, const char *otherwise,
	const char **ret_text, struct err *err)
{
	const char *text = request_query(request, name);

	*ret_text = text == NULL ? otherwise : text;
	if (strlen(*ret_text) > LIMIT_IMPORT_NAME)
		return err_field(
			err, ERR_INVALID, name, "It is longer than %d bytes.", LIMIT_IMPORT_NAME);
	return true;
}

static bool upload_options(
	const struct request *request, struct ingest_options *ret_options, struct err *err)
{
	*ret_options = (struct ingest_options){.action = "flows.import",
		.import_id = request_query(request, "import_id"),
		.request = request,
		.stream = request_header(request, "Content-Length") == NULL,
		.known_bodies = true};
	if (ret_options->import_id != NULL && !is_uuid(ret_options->import_id))
		return err_field(err, ERR_INVALID, "import_id", "\"%.40s\" is no UUID.",
			ret_options->import_id);
	return short_text(request, "name", "upload", &ret_options->name, err) &&
	       short_text(request, "cluster", "", &ret_options->cluster, err);
}

static bool read_body(void *context, void *buffer, size_t size, size_t *ret_got, struct err *err)
{
	return request_read(context, buffer, size, ret_got, err);
}

static bool feed_body(struct request *request, struct ingest *ingest, struct err *err)
{
	struct read_ahead *ahead = read_ahead_new(request->mem, read_body, request);
	const char *bytes;
	size_t size;
	bool done;

	do
		done = read_ahead_next(ahead, &bytes, &size, err) &&
		       ingest_feed(ingest, bytes, size, err);
	while (done && size > 0);
	mem_free(ahead); /* before the request is answered */
	return done;
}

/* As it comes, which may be slowly and for days. */
static bool feed_stream(struct request *request, struct ingest *ingest, struct err *err)
{
	char *buffer = mem_array(request->mem, char, READ_SIZE);
	enum body_state state;
	size_t got = 1;

	while (got > 0) {
		if (!request_wait(request, ingest_patience_ms(ingest), &state, err))
			return false;
		if (state == BODY_STOPPING)
			return err_set(err, ERR_UNAVAILABLE,
				"The server is being stopped. What it had read is stored: begin "
				"the stream again.");
		if (state == BODY_SILENT ? !ingest_tick(ingest, err)
					 : !request_read(request, buffer, READ_SIZE, &got, err) ||
						   !ingest_feed(ingest, buffer, got, err))
			return false;
	}
	return true;
}

bool imports_upload(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct ingest_options options;
	struct ingest *ingest;
	json_t *result;

	if (!ingest_check_form(request, err) || !upload_options(request, &options, err) ||
		!ingest_begin(app, request->mem, &options, &ingest, err))
		return false;
	if (!(options.stream ? feed_stream : feed_body)(request, ingest, err) ||
		!ingest_end(ingest, &result, err)) {
		ingest_fail(ingest, err);
		return false;
	}
	response_json(response, 200, result);
	return true;
}

bool imports_probe(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	(void)app, (void)request, (void)err;
	response_header(response, "Allow", "GET, HEAD, POST, PUT");
	response_json(response, 200, json_pack("{s:[s, s]}", "methods", "POST", "PUT"));
	return true;
}

bool imports_samples(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	struct ingest_options options = {.action = "samples.load",
		.name = "sample capture",
		.request = request,
		.cluster = "",
		.known_bodies = true,
		.recent = true};
	struct ingest *ingest;
	json_t *result;

	if (!ingest_begin(app, request->mem, &options, &ingest, err))
		return false;
	if (!ingest_feed(ingest, sample, sample_size, err) || !ingest_end(ingest, &result, err)) {
		ingest_fail(ingest, err);
		return false;
	}
	response_json(response, 200, result);
	return true;
}

bool imports_get(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	const char *id = request_path(request, "import_id");
	struct rows *rows;

	if (!is_uuid(id))
		return err_set(err, ERR_NOT_FOUND, "There is no import with the id %.40s.", id);
	if (!import_get(app->db, request->mem, id, &rows, err))
		return false;
	response_json(response, 200, render_row(rows, 0));
	return true;
}

static bool read_page(void *context, void *mem, size_t limit, const char *const *after,
	struct page *ret_page, struct err *err)
{
	struct rows *rows;

	if (after[0] != NULL && !is_uuid(after[0]))
		return page_refuse(err);
	if (!DB_QUERY(context, mem, &query_import_list, &rows, err,
		    db_number(mem, (int64_t)limit + 1), after[0], db_limits(context),
		    db_viewer(context)))
		return false;
	*ret_page = page_of_rows(rows, limit, (const int[]){IMPORT_ID_COLUMN}, 1);
	return true;
}

bool imports_list(
	struct app *app, struct request *request, struct response *response, struct err *err)
{
	return page_answer(request, response,
		&(struct list){.read = read_page, .context = app->db, .parts = 1}, err);
}
