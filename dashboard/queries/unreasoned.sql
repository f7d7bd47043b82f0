-- Wrong orders of which all that is known was corrected without a reason in the log: nobody says that the customer had not changed their
-- mind. Among the mature sales orders where $mature, else among all selected ones.
SELECT count(*) AS orders
FROM (SELECT order_key FROM selected_errors GROUP BY order_key HAVING bool_and(is_unreasoned))
SEMI JOIN (FROM selected_orders WHERE NOT $mature OR (order_class = 'sale' AND is_mature)) USING (order_key)
