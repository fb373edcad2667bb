-- May this transaction store while it reads? One at a time may; see store/flow_writer.h.
SELECT pg_try_advisory_xact_lock(hashtext('import_go_first'));
