-- Empties the pending flows for the next batch.
DELETE FROM pending_flows;
