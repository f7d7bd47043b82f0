/* ---
title: "{entity}: {label} lies in its range"
kind: out_of_range
severity: medium
dimension: validity
line_of_defence: 1
reach: record
checked: '"{column}" IS NOT NULL'
sentence: "{label} {{observed}} is outside its range ({{expected}})."
parameters: {minimum: null, maximum: null, strictly: false}
--- */
SELECT {identity}, '{column}' AS field, t."{column}"::VARCHAR AS observed,
  concat_ws(' and ', CASE WHEN $strictly THEN 'above ' ELSE 'at least ' END || $minimum::VARCHAR,
            'at most ' || $maximum::VARCHAR) AS expected, 1.0 AS confidence
FROM scope.{entity} t
WHERE (t."{column}" < $minimum OR t."{column}" > $maximum OR ($strictly AND t."{column}" = $minimum)) AND ({where})
