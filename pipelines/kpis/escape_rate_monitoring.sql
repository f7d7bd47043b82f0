/* ---
name: escape_rate_monitoring
title: Escape rate of monitoring
text: "Of the errors that reached monitoring and could have been stopped there, the share that passed on. An error reaches the line that is in charge of the stage where it came in, and each line after it until somebody notices; monitoring looks at every stage, so errors whose origin is unknown count too; those of which nobody knows where they were noticed are left out."
formula: "errors that passed the line / errors that it could have stopped"
unit: percent
good: down
population: "errors of the selected orders that reached monitoring"
needs: ["errors"]
order: 28
--- */
SELECT count(*) FILTER (WHERE passed_monitoring) AS numerator, count(passed_monitoring) AS denominator, numerator / nullif(denominator, 0) AS value
FROM selected_errors
