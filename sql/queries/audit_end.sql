-- Number and hash of the row that was added last.
SELECT id, encode(hash, 'hex') FROM audit_head;
