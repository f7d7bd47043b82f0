-- Which program made the snapshot.
SELECT product_version AS edition FROM meta.run ORDER BY run_id DESC LIMIT 1
