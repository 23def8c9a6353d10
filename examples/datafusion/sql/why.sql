SELECT id, why
FROM (SELECT id, hashlift_why(hash, format) AS why FROM users)
WHERE why IS NOT NULL
ORDER BY id;
