/* The handlers of api/routes.c, one file per resource. */
#ifndef API_HANDLERS_H
#define API_HANDLERS_H

#include "http/router.h"

/* imports.c */
handler imports_upload, imports_probe, imports_list, imports_get, imports_samples;
/* flows.c */
handler flows_post, flows_list, flows_get, flows_remove, flows_remove_one, flows_facets;
/* connections.c */
handler connections_list;
/* policies.c */
handler policies_list, policies_create, policies_get, policies_update, policies_delete,
	policies_restore;
/* versions.c */
handler versions_list, versions_get;
/* downloads.c */
handler downloads_one, downloads_several;
/* generate.c */
handler generate_policies;
/* simulate.c */
handler policies_simulate;
/* diff.c */
handler policies_diff;
/* drift.c */
handler policies_drift;
/* validate.c */
handler policies_validate;
/* audit.c */
handler audit_list;
/* dashboard.c */
handler dashboard_get;

/* storage.c */
handler storage_get;
/* metrics.c */
handler metrics_get;
/* health.c */
handler health_live, health_ready;
/* tokens.c */
handler tokens_list, tokens_create, tokens_revoke, tokens_rotate;
/* session.c */
handler session_get;

#endif
