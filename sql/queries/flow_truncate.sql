-- Deletes all flows.
TRUNCATE flows, flow_l7;
