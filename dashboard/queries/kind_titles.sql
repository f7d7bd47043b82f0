-- The vocabulary of errors and findings: what each kind is called.
SELECT kind, title FROM ledger.kinds ORDER BY kind
