-- Words of a status that nobody knows, where no event log tells whether the orders are open.
SELECT system, status AS word, count(*) AS orders FROM marts.order_facts WHERE is_open IS NULL AND status IS NOT NULL
GROUP BY ALL ORDER BY orders DESC, system, word
