-- Wrong orders of which all that is known was corrected without a reason in the log: nobody says that the customer had not changed their
-- mind. Among the mature sales orders where $mature, else among all selected ones.
SELECT count(*) AS orders
FROM (
    SELECT e.order_key
    FROM selected_errors e LEFT JOIN marts.change_facts c ON c.record_key = e.error_key
    GROUP BY e.order_key HAVING bool_and(e.evidence = 'correction' AND c.record_key IS NOT NULL AND c.reason IS NULL)
) SEMI JOIN (FROM selected_orders WHERE NOT $mature OR (order_class = 'sale' AND is_mature)) USING (order_key)
