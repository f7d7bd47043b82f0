-- Room for the records of corrected orders as they were entered (see entered.py); what a rule said of orders that are gone
-- or of rules that are no more is forgotten.
DROP SCHEMA IF EXISTS entered CASCADE;
CREATE SCHEMA entered;
CREATE TABLE entered._hits AS FROM work.rule_hits LIMIT 0;
CREATE TABLE entered._judged (rules VARCHAR[], is_all BOOLEAN);
DELETE FROM ledger.entered_findings
WHERE rule NOT IN (SELECT rule FROM ledger.rules) OR order_key NOT IN (SELECT order_key FROM marts.corrections);
