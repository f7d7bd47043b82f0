/* ---
name: escape_rate_process
title: Escape rate of the process controls
text: "Of the errors that reached the process controls and could have been stopped there, the share that passed on. An error reaches the line that is in charge of the stage where it came in, and each line after it until somebody notices; errors whose origin is unknown, and those of which nobody knows where they were noticed, are left out."
formula: "errors that passed the line / errors that it could have stopped"
unit: percent
good: down
population: "errors of the selected orders that reached the process controls"
needs: ["errors"]
order: 27
--- */
SELECT count(*) FILTER (WHERE passed_process) AS numerator, count(passed_process) AS denominator, numerator / nullif(denominator, 0) AS value
FROM selected_errors
