/* ---
name: open_exceptions_beyond_target
title: Overdue exceptions
text: "Exceptions that are open for longer than the target of their type in the process, else the target of the settings."
formula: "count of open exceptions older than the target"
unit: count
good: down
population: "exceptions of the selected orders, whenever these were entered: what is open now is not narrowed by a period"
needs: ["exceptions"]
order: 9
is_now: true
--- */
SELECT count(*) FILTER (WHERE is_open AND beyond_target) AS numerator, count(*) FILTER (WHERE is_open) AS denominator,
    count(*) FILTER (WHERE is_open AND beyond_target) AS value
FROM selected_exceptions
