/* ---
name: cost_of_error
title: Cost of errors
text: "Sum of what the errors cost: as given by the source, else the process table's assumption for the stage at which the error was found. Errors whose cost is unknown are in the denominator only."
formula: "sum of cost; denominator: number of errors"
unit: money
good: down
population: "errors of the selected orders"
needs: ["errors"]
order: 21
--- */
SELECT sum(cost) AS numerator, count(*) AS denominator, sum(cost) AS value
FROM selected_errors
