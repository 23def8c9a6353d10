SELECT hashlift_identify(hash, format) AS format, count(*) AS rows
FROM users
GROUP BY 1
ORDER BY 2 DESC, 1;
