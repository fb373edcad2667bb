-- Flows were deleted: bodies that come again must be read again.
UPDATE imports SET sha256 = NULL WHERE sha256 IS NOT NULL;
