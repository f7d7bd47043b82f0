/* ---
mart: stage_entries
phase: facts
temporary: true
before: stage_entries.sql
text: The moments at which the orders in scope changed their stage (see stage_entries.sql).
--- */
SELECT * FROM marts.stage_entries('scope.orders', visits := 'scope.stage_facts')
