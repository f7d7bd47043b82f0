-- What the extracts showed of an order, value by value: the versions and repeats of its head and lines that were kept, of the feed that brought
-- the latest. A value stood at least from `since` (the source's modification time, else that of the extract) until `until` (the time of the
-- extract); what happened between one row's `until` and the next one's `since` nobody saw. `by` is who modified the record last, as the source
-- says. An extract without any time tells nothing.
CREATE OR REPLACE MACRO marts.sightings(of_order) AS TABLE
WITH heads AS (
    SELECT * FROM core.orders WHERE order_id = of_order AND _source IS DISTINCT FROM 'derived'
    UNION ALL BY NAME
    SELECT * EXCLUDE (_disposition, _version, _deleted) FROM history.orders WHERE order_id = of_order AND _deleted IS NOT TRUE
), lines AS (
    SELECT * FROM core.order_lines WHERE order_id = of_order AND _source IS DISTINCT FROM 'derived'
    UNION ALL BY NAME
    SELECT * EXCLUDE (_disposition, _version, _deleted) FROM history.order_lines WHERE order_id = of_order AND _deleted IS NOT TRUE
), long AS (
    SELECT NULL AS line_id, of_record, source, valid_at, recorded_at, file_no, line, changed_by, field, value FROM (UNPIVOT (
        SELECT record_key AS _0, _source AS _1, _valid_at AS _2, _recorded_at AS _3, _file_no AS _4, _line AS _5, updated_by AS _6,
            coalesce(CASE WHEN typeof(COLUMNS('^[a-z].*')) LIKE 'DECIMAL%' THEN regexp_replace(COLUMNS('^[a-z].*')::VARCHAR, '\.?0+$', '')
                ELSE COLUMNS('^[a-z].*')::VARCHAR END, chr(30)) AS "\0" FROM heads)
        ON COLUMNS('^[a-z].*') INTO NAME field VALUE value) AS u(of_record, source, valid_at, recorded_at, file_no, line, changed_by, field, value)
    UNION ALL
    SELECT line_id, of_record, source, valid_at, recorded_at, file_no, line, changed_by, field, value FROM (UNPIVOT (
        SELECT line_id AS _, record_key AS _0, _source AS _1, _valid_at AS _2, _recorded_at AS _3, _file_no AS _4, _line AS _5, updated_by AS _6,
            coalesce(CASE WHEN typeof(COLUMNS('^[a-z].*')) LIKE 'DECIMAL%' THEN regexp_replace(COLUMNS('^[a-z].*')::VARCHAR, '\.?0+$', '')
                ELSE COLUMNS('^[a-z].*')::VARCHAR END, chr(30)) AS "\0" FROM lines)
        ON COLUMNS('^[a-z].*') INTO NAME field VALUE value)
        AS u(line_id, of_record, source, valid_at, recorded_at, file_no, line, changed_by, field, value)
), timed AS (
    SELECT *, coalesce(valid_at, recorded_at) AS since, greatest(coalesce(recorded_at, valid_at), coalesce(valid_at, recorded_at)) AS seen_until
    FROM long WHERE coalesce(valid_at, recorded_at) IS NOT NULL
        AND field NOT IN ('record_key', 'order_key', 'line_key', 'order_id', 'line_id', 'updated_at', 'updated_by')
    QUALIFY source IS NOT DISTINCT FROM last_value(source) OVER (PARTITION BY of_record, field ORDER BY valid_at NULLS FIRST, recorded_at NULLS FIRST, file_no, line
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
SELECT line_id, field, nullif(value, chr(30)) AS value, since,
    -- A newer version ends an older one, whatever the clocks of the extracts say.
    least(seen_until, coalesce(lead(since) OVER trail, seen_until)) AS until,
    changed_by, row_number() OVER trail AS sighting_no
FROM timed WINDOW trail AS (PARTITION BY of_record, field ORDER BY since, recorded_at NULLS FIRST, file_no, line);
