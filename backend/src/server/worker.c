/*
 * A request, file by file: here it is accepted -> http/request.c wraps its streams ->
 * http/router.c finds the row of api/routes.c -> api/auth.c names the user and checks the row's
 * role -> a handler in api/ -> core/ or store/ -> http/response.c writes -> here it is logged as
 * one line, and its memory is freed at once.
 */
#include "server/worker.h"

#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "api/app.h"
#include "api/metrics.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/fastcgi.h"
#include "server/config.h"

static long long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

/* Everything up to an answer that is ready to be sent, or an error. */
static bool handle(struct app *app, struct request *request, struct response *response,
	const struct route **ret_route, struct err *err)
{
	const struct route *route = router_find(api_routes, request, response, err);

	*ret_route = route;
	return route != NULL && auth_check(app, request, route, err) &&
	       route->handle(app, request, response, err);
}

static void log_request(const struct request *request, const struct response *response,
	const struct route *route, const struct err *err, long long duration_us)
{
	int status = response_status(response);
	struct log_line line;

	log_begin(&line, status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO, "request");
	log_text(&line, "id", request->id);
	if (*request->trace_id != '\0')
		log_text(&line, "trace", request->trace_id);
	log_text(&line, "method", request->method);
	log_text(&line, "path", request->path);
	log_text(&line, "route", route == NULL ? "-" : route->path);
	log_text(&line, "user", request->user.name);
	if (*request->user.token_id != '\0')
		log_text(&line, "token", request->user.token_id);
	log_number(&line, "status", status);
	log_number(&line, "us", duration_us);
	log_number(&line, "in", (long long)request->body_read);
	log_number(&line, "out", (long long)response_bytes(response));
	if (err->code != ERR_NONE) {
		log_text(&line, "code", err_name(err->code));
		log_text(&line, "error", err->text);
	}
	log_end(&line);
}

/* Dev mode is loud: a line at the first request, and then one now and then. */
static void warn_of_dev(const struct app *app)
{
	static const long long pause_us = 300 * 1000000LL;
	static long long next_us;
	struct log_line line;

	if (app->auth->mode != AUTH_DEV || now_us() < next_us)
		return;
	next_us = now_us() + pause_us;
	log_begin(&line, LOG_LEVEL_WARNING, "dev_mode");
	log_text(&line, "warning", "everybody who reaches this machine's loopback is admin");
	log_end(&line);
}

static void serve(struct app *app, struct fastcgi *fastcgi)
{
	void *mem = mem_context(NULL);
	long long start_us = now_us(), duration_us;
	const struct route *route = NULL;
	struct request *request;
	struct response *response;
	struct err err = {0};
	bool opened;

	warn_of_dev(app);
	counters_busy(app->counters, true);
	opened = request_open(mem, fastcgi_source(fastcgi), &request, &err);
	response = response_new(request, fastcgi_sink(fastcgi));
	if (!opened || !handle(app, request, response, &route, &err)) {
		if (!response_begun(response))
			response_problem(response, &err, NULL);
	}
	if (!response_send(response, &err))
		err.code = ERR_CUT;
	duration_us = now_us() - start_us;
	log_request(request, response, route, &err, duration_us);
	metrics_count(app->counters, route, response_status(response), duration_us);
	counters_busy(app->counters, false);
	mem_free(mem);
	fastcgi_finish(fastcgi);
}

/* The counters of all pools are beside their sockets. Without them a worker still does its work. */
static struct counters *open_counters(void *mem)
{
	struct sockaddr_un socket = {0};
	socklen_t size = sizeof socket - 1;
	struct counters *counters = NULL;
	struct err err = {0};

	if (getsockname(STDIN_FILENO, (struct sockaddr *)&socket, &size) == 0 &&
		!metrics_open(mem, mem_format(mem, "%s/counters", dirname(socket.sun_path)),
			&counters, &err))
		log_failure("no_metrics", &err);
	return counters;
}

/* Behind a proxy, a secret that cannot be read would only show at the first request. */
static bool open_secret(void *mem, const struct auth_settings *auth,
	struct proxy_secret **ret_secret, struct err *err)
{
	*ret_secret = proxy_secret_new(mem, auth->secret_file);
	return auth->mode != AUTH_PROXY || proxy_secret_refresh(*ret_secret, err);
}

int worker_run(int argc, char **argv)
{
	void *mem = mem_context(NULL);
	struct config config;
	struct proxy_secret *secret;
	struct fastcgi *fastcgi;
	struct app app;
	struct err err = {0};
	int served = 0;

	(void)argc, (void)argv;
	if (!config_load(&config, environ, &err) ||
		!open_secret(mem, &config.auth, &secret, &err) ||
		!fastcgi_open(mem, &fastcgi, &err)) {
		log_failure("refused_to_start", &err);
		mem_free(mem);
		return EXIT_FAILURE;
	}
	/* When multiwatch is killed, its workers end too. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	app = (struct app){.auth = &config.auth,
		.proxy_secret = secret,
		.retention_days = config.retention_days,
		.db = db_new(mem),
		.side = db_new_relaxed(mem),
		.counters = open_counters(mem)};
	app.reads = *config.read_database == '\0'
			    ? app.db
			    : db_new_replica(mem, app.db, config.read_database, config.read_lag_s);
	while (served < config.worker_requests && fastcgi_accept(fastcgi)) {
		serve(&app, fastcgi);
		served++;
	}
	mem_free(mem);
	return EXIT_SUCCESS;
}
