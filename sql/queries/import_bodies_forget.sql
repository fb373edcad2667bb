-- Flows were deleted: bodies that come again must be read again.
UPDATE imports SET body_hash = NULL WHERE body_hash IS NOT NULL;
