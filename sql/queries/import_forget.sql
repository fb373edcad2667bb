-- Removes the row $1 of a load that turned out to be known already.
DELETE FROM imports WHERE id = $1::uuid;
