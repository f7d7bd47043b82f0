/* ---
grain: order line with invoices or credit notes
makes: line_bills
refresh: run
--- */
-- What the documents of each line bill, added up once for all rules about quantities and prices. A number stands for the line, for
-- texts take twice as long. `is_other`: there is more to it than a sum, as with a credit note, or documents that each say what was
-- billed until then.
SELECT hash(order_key, line_id) AS line, count(*) AS documents, bool_or(cumulative OR kind = 'credit') AS is_other,
  sum(quantity) AS quantity, sum(amount) AS amount
FROM scope.invoices WHERE quantity IS NOT NULL AND line_id IS NOT NULL
GROUP BY line
