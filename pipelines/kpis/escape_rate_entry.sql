/* ---
name: escape_rate_entry
title: Escape rate of the entry checks
text: "Of the errors that reached the entry checks and could have been stopped there, the share that passed on. An error reaches the line that is in charge of the stage where it came in, and each line after it until somebody notices; errors whose origin is unknown, and those of which nobody knows where they were noticed, are left out."
formula: "errors that passed the line / errors that it could have stopped"
unit: percent
good: down
population: "errors of the selected orders that reached the entry checks"
needs: ["errors"]
order: 26
--- */
SELECT count(*) FILTER (WHERE passed_entry) AS numerator, count(passed_entry) AS denominator, numerator / nullif(denominator, 0) AS value
FROM selected_errors
