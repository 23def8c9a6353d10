SELECT id, old, new
FROM (SELECT id, hash AS old, hashlift_wrap(hash, format) AS new FROM users)
WHERE new <> old;
