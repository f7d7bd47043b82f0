/* ---
mart: error_news
phase: orders
scope: true
text: Orders this run did not touch of whose errors there is news all the same - a reviewer spoke, a mismatch was found or is no more.
--- */
SELECT DISTINCT order_key FROM (
    (FROM current_news EXCEPT FROM marts.known_news) UNION ALL (FROM marts.known_news EXCEPT FROM current_news)
) ANTI JOIN work.scope_orders USING (order_key)
