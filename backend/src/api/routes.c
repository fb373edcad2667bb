/*
 * Every operation of openapi.yaml, in its order: a test compares the two. A body cap of SIZE_MAX
 * is an upload that is read as a stream.
 */
#include "api/app.h"

#include "api/handlers.h"
#include "base/limits.h"

const struct route api_routes[] = {
	{"POST", "/api/flows", ROLE_EDITOR, SCOPE_FLOWS_WRITE, LIMIT_BODY_FLOWS, flows_post},
	{"GET", "/api/flows", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, flows_list},
	{"DELETE", "/api/flows", ROLE_ADMIN, SCOPE_NONE, 0, flows_remove},
	{"POST", "/api/flows/import", ROLE_EDITOR, SCOPE_FLOWS_WRITE, SIZE_MAX, imports_upload},
	{"PUT", "/api/flows/import", ROLE_EDITOR, SCOPE_FLOWS_WRITE, SIZE_MAX, imports_upload},
	{"GET", "/api/flows/import", ROLE_VIEWER, SCOPE_FLOWS_WRITE, 0, imports_probe},
	{"GET", "/api/flows/facets", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, flows_facets},
	{"GET", "/api/flows/{flow_id}", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, flows_get},
	{"DELETE", "/api/flows/{flow_id}", ROLE_ADMIN, SCOPE_NONE, 0, flows_remove_one},
	{"GET", "/api/connections", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, connections_list},
	{"GET", "/api/imports", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, imports_list},
	{"GET", "/api/imports/{import_id}", ROLE_VIEWER, SCOPE_FLOWS_READ, 0, imports_get},
	{"POST", "/api/samples", ROLE_EDITOR, SCOPE_FLOWS_WRITE, 0, imports_samples},
	{"GET", "/api/policies", ROLE_VIEWER, SCOPE_POLICIES_READ, 0, policies_list},
	{"POST", "/api/policies", ROLE_EDITOR, SCOPE_POLICIES_WRITE, LIMIT_BODY_POLICY,
		policies_create},
	{"POST", "/api/policies/generate", ROLE_EDITOR, SCOPE_FLOWS_READ | SCOPE_POLICIES_WRITE,
		LIMIT_BODY_IDS, generate_policies},
	{"POST", "/api/policies/validate", ROLE_VIEWER, SCOPE_POLICIES_READ, LIMIT_BODY_POLICY,
		policies_validate},
	{"POST", "/api/policies/simulate", ROLE_VIEWER, SCOPE_FLOWS_READ | SCOPE_POLICIES_READ,
		LIMIT_BODY_IDS, policies_simulate},
	{"POST", "/api/policies/diff", ROLE_VIEWER, SCOPE_POLICIES_READ, LIMIT_BODY_IDS,
		policies_diff},
	{"GET", "/api/policies/download", ROLE_VIEWER, SCOPE_POLICIES_READ, 0, downloads_several},
	{"GET", "/api/policies/{policy_id}", ROLE_VIEWER, SCOPE_POLICIES_READ, 0, policies_get},
	{"PUT", "/api/policies/{policy_id}", ROLE_EDITOR, SCOPE_POLICIES_WRITE, LIMIT_BODY_POLICY,
		policies_update},
	{"DELETE", "/api/policies/{policy_id}", ROLE_EDITOR, SCOPE_POLICIES_WRITE, 0,
		policies_delete},
	{"GET", "/api/policies/{policy_id}/versions", ROLE_VIEWER, SCOPE_POLICIES_READ, 0,
		versions_list},
	{"GET", "/api/policies/{policy_id}/versions/{version}", ROLE_VIEWER, SCOPE_POLICIES_READ, 0,
		versions_get},
	{"POST", "/api/policies/{policy_id}/restore", ROLE_EDITOR, SCOPE_POLICIES_WRITE,
		LIMIT_BODY_SMALL, policies_restore},
	{"GET", "/api/policies/{policy_id}/download", ROLE_VIEWER, SCOPE_POLICIES_READ, 0,
		downloads_one},
	{"GET", "/api/policies/{policy_id}/drift", ROLE_VIEWER,
		SCOPE_FLOWS_READ | SCOPE_POLICIES_READ, 0, policies_drift},
	{"GET", "/api/dashboard", ROLE_VIEWER, SCOPE_FLOWS_READ | SCOPE_POLICIES_READ, 0,
		dashboard_get},
	{"GET", "/api/audit", ROLE_ADMIN, SCOPE_AUDIT_READ, 0, audit_list},
	{"GET", "/api/session", ROLE_NONE, SCOPE_NONE, 0, session_get},
	{"GET", "/livez", ROLE_NONE, SCOPE_NONE, 0, health_live},
	{"GET", "/readyz", ROLE_NONE, SCOPE_NONE, 0, health_ready},
	{"GET", "/metrics", ROLE_NONE, SCOPE_NONE, 0, metrics_get},
	{NULL, NULL, ROLE_NONE, SCOPE_NONE, 0, NULL},
};
