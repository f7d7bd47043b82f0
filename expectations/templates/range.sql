/* ---
title: "{entity_label}: {label} lies in its range"
kind: out_of_range
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: 't."{column}" IS NOT NULL AND ({where})'
sentence: "{label} {{observed}} is outside its range ({{expected}})."
takes: {column: measure}
takes_one_of: [minimum, maximum]
may_take: {minimum: bound, maximum: bound, strictly: flag, strictly_below: flag, where: condition}
parameters: {minimum: null, maximum: null, strictly: false, strictly_below: false}
--- */
-- `strictly`: the minimum itself is outside; `strictly_below`: the maximum itself is outside.
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed,
  concat_ws(' and ', CASE WHEN $strictly THEN 'above ' ELSE 'at least ' END || $minimum::VARCHAR,
            CASE WHEN $strictly_below THEN 'below ' ELSE 'at most ' END || $maximum::VARCHAR) AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE (t."{column}" < $minimum OR t."{column}" > $maximum OR ($strictly AND t."{column}" = $minimum)
       OR ($strictly_below AND t."{column}" = $maximum)) AND ({where})
