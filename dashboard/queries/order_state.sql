-- One order as it stood at $moment: the values of now, walked back through the change log. One row a field of the head (line_id null) or
-- of a line: the value then (`was`), the value now (`is_now`) and what is known of it (`state`):
--   same         no change was recorded after the moment, or what was changed was changed back
--   changed      the first change after the moment says what stood there before it
--   not_covered  the log does not record this field: nobody can tell whether it ever changed
--   cannot_tell  the log contradicts itself around the moment (`other`: what it may have been as well), begins after it, or keeps no old values
--   not_yet      the line was added later;   removed: the line was gone by then
-- A log covers the fields that its profile names, else those that it was seen to record. What is fixed at entry needs no log.
-- What the log does not tell, the extracts may (`told_by` extracts; marts.sightings): a value that an extract showed at the moment, or that the one
-- before and the one after agree on. Where they differ, it was changed between `unseen_from` and `changed_at`, nobody knows when: cannot_tell.
WITH heads AS MATERIALIZED (
    SELECT * FROM core.orders WHERE order_id = $order
), lines AS MATERIALIZED (
    SELECT * FROM core.order_lines WHERE order_id = $order
    UNION ALL BY NAME
    SELECT * EXCLUDE (_disposition, _version, _deleted) FROM history.order_lines h
    WHERE h.order_id = $order AND h._deleted AND h.record_key NOT IN (SELECT record_key FROM core.order_lines WHERE order_id = $order)
    QUALIFY row_number() OVER (PARTITION BY h.record_key ORDER BY h._version DESC NULLS LAST) = 1
), long AS (
    SELECT NULL AS line_id, field, value FROM (
        UNPIVOT (SELECT coalesce(CASE WHEN typeof(COLUMNS('^[a-z].*')) LIKE 'DECIMAL%' THEN regexp_replace(COLUMNS('^[a-z].*')::VARCHAR, '\.?0+$', '')
            ELSE COLUMNS('^[a-z].*')::VARCHAR END, chr(30)) AS "\0" FROM heads)
        ON COLUMNS('^[a-z].*') INTO NAME field VALUE value)
    UNION ALL
    SELECT of_line, field, value FROM (
        UNPIVOT (SELECT line_id AS _of_line, coalesce(CASE WHEN typeof(COLUMNS('^[a-z].*')) LIKE 'DECIMAL%' THEN regexp_replace(COLUMNS('^[a-z].*')::VARCHAR, '\.?0+$', '')
            ELSE COLUMNS('^[a-z].*')::VARCHAR END, chr(30)) AS "\0" FROM lines)
        ON COLUMNS('^[a-z].*') INTO NAME field VALUE value) AS u(of_line, field, value)
), held AS (
    SELECT line_id, '' AS sub_key, field, nullif(value, chr(30)) AS is_now, true AS is_held FROM long
    WHERE field NOT IN ('record_key', 'order_key', 'line_key', 'updated_at', 'updated_by')
        AND NOT (line_id IS NOT NULL AND field IN ('order_id', 'line_id'))
), log AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY line_id, field, coalesce(sub_key, '') ORDER BY changed_at, seq NULLS FIRST, _line, record_key) AS change_no
    FROM core.order_changes WHERE order_id = $order AND changed_at IS NOT NULL AND origin IS DISTINCT FROM 'snapshot'
), chains AS (
    SELECT line_id, coalesce(sub_key, '') AS sub_key, field, count(*) AS n_changes,
        arg_max({'value': nullif(new_value, ''), 'at': changed_at, 'by': changed_by}, change_no) FILTER (changed_at <= $moment::TIMESTAMP) AS before,
        arg_min({'value': nullif(old_value, ''), 'at': changed_at, 'by': changed_by, 'approved_by': approved_by}, change_no) FILTER (changed_at > $moment::TIMESTAMP) AS after,
        arg_max({'value': nullif(new_value, '')}, change_no).value AS left_at, min(changed_at) AS first_at
    FROM log GROUP BY ALL
), rules AS (
    SELECT h._system AS system, l.fields, l.since, l.truncates_at, h.ordered_at,
        (SELECT count(*) > 0 FROM core.order_changes c WHERE c._system = h._system AND origin IS DISTINCT FROM 'snapshot') AS has_log,
        (SELECT count(*) = 0 OR count(old_value) > 0 FROM log) AS keeps_old
    FROM heads h LEFT JOIN meta.change_logs l ON l.system = h._system
), seen AS (
    SELECT DISTINCT line_id IS NOT NULL AS of_line, field FROM core.order_changes JOIN rules ON system = _system WHERE origin IS DISTINCT FROM 'snapshot'
), sighted AS (
    SELECT *, sighting_no > 1 AND value IS DISTINCT FROM lag(value) OVER trail AS is_news, lag(until) OVER trail AS seen_before
    FROM marts.sightings($order) WINDOW trail AS (PARTITION BY line_id, field ORDER BY sighting_no)
), shown AS (
    SELECT line_id, field, arg_max({'value': value, 'until': until}, sighting_no) FILTER (since <= $moment::TIMESTAMP) AS shown_before,
        arg_min({'value': value}, sighting_no) FILTER (since > $moment::TIMESTAMP) AS shown_after,
        arg_min({'unseen_from': seen_before, 'at': since, 'by': changed_by}, sighting_no) FILTER (is_news AND since > $moment::TIMESTAMP) AS news
    FROM sighted GROUP BY line_id, field
), cells AS (
    SELECT coalesce(h.line_id, c.line_id) AS line_id, coalesce(h.sub_key, c.sub_key) AS sub_key, coalesce(h.field, c.field) AS field,
        -- A field that the record does not have is, as far as anybody knows, as the log left it.
        CASE WHEN h.is_held THEN h.is_now ELSE c.left_at END AS is_now, c.before, c.after, coalesce(c.n_changes, 0) AS n_changes, c.first_at
    FROM held h FULL JOIN (SELECT * FROM chains WHERE field <> 'line') c
        ON c.line_id IS NOT DISTINCT FROM h.line_id AND c.field = h.field AND c.sub_key = h.sub_key
), presence AS (
    SELECT line_id, arg_max({'value': before.value}, before.at).value AS was, arg_min({'value': after.value, 'at': after.at, 'by': after.by}, after.at) AS later,
        bool_or(before IS NOT NULL) AS is_told
    FROM chains WHERE field = 'line' AND line_id IS NOT NULL GROUP BY line_id
), compared AS (
    -- Two values are the same whatever their case and blanks, the zeros around a number, and the way a time is written (as the replay rules
    -- have it); a log that cuts long values is compared as far as it goes.
    SELECT c.*, list_transform([
            [before.value, CASE WHEN length(before.value) >= truncates_at THEN left(after.value, truncates_at) ELSE after.value END],
            [before.value, CASE WHEN length(before.value) >= truncates_at THEN left(is_now, truncates_at) ELSE is_now END],
            [after.value, CASE WHEN length(after.value) >= truncates_at THEN left(is_now, truncates_at) ELSE is_now END]],
        lambda p: CASE
            WHEN nullif(p[1], '') IS NOT DISTINCT FROM nullif(p[2], '') THEN true
            WHEN TRY_CAST(p[1] AS DOUBLE) IS NOT NULL THEN coalesce(abs(TRY_CAST(p[1] AS DOUBLE) - TRY_CAST(p[2] AS DOUBLE)) <= 0.00005, false)
            WHEN lower(trim(coalesce(p[1], ''))) = lower(trim(coalesce(p[2], ''))) THEN true
            ELSE coalesce(TRY_CAST(p[1] AS TIMESTAMP) = TRY_CAST(p[2] AS TIMESTAMP), false) END) AS is_same
    FROM cells c CROSS JOIN rules
), judged AS (
    SELECT c.*, r.ordered_at, p.later, w.shown_before, w.shown_after, w.news, CASE
        WHEN p.is_told AND p.was IS NULL THEN 'removed'
        WHEN NOT coalesce(p.is_told, false) AND p.later IS NOT NULL AND p.later.value IS NULL THEN 'not_yet'
        WHEN c.field IN ('order_id', 'order_number', 'order_class', 'ordered_at', 'entered_by', 'line_no') AND c.n_changes = 0 THEN 'same'
        WHEN NOT r.has_log OR NOT coalesce(list_contains(r.fields, c.field), s.field IS NOT NULL) THEN 'not_covered'
        WHEN r.since > $moment::TIMESTAMP THEN 'cannot_tell'
        WHEN c.after IS NOT NULL AND NOT r.keeps_old THEN 'cannot_tell'
        WHEN c.after IS NOT NULL AND c.before IS NOT NULL AND NOT c.is_same[1] THEN 'cannot_tell'
        WHEN c.after IS NULL AND c.before IS NOT NULL AND NOT c.is_same[2] THEN 'cannot_tell'
        WHEN c.after IS NULL OR c.is_same[3] THEN 'same'
        ELSE 'changed'
    END AS by_log,
    CASE WHEN w.shown_before IS NULL THEN NULL
        WHEN $moment::TIMESTAMP > w.shown_before.until AND w.shown_after IS NOT NULL AND w.shown_before.value IS DISTINCT FROM w.shown_after.value THEN 'cannot_tell'
        WHEN w.shown_before.value IS DISTINCT FROM c.is_now THEN 'changed' ELSE 'same' END AS by_extracts,
    coalesce($moment::TIMESTAMP <= w.shown_before.until, false) AS is_seen
    FROM compared c CROSS JOIN rules r
    LEFT JOIN seen s ON s.field = c.field AND s.of_line = (c.line_id IS NOT NULL)
    LEFT JOIN presence p ON p.line_id = c.line_id
    LEFT JOIN shown w ON w.line_id IS NOT DISTINCT FROM c.line_id AND w.field = c.field AND c.sub_key = ''
), settled AS (
    SELECT *, CASE WHEN told_by = 'extracts' THEN by_extracts ELSE by_log END AS state FROM (
        -- Where the log contradicts itself, only what an extract showed at the moment itself counts.
        SELECT *, CASE WHEN by_log = 'not_covered' AND by_extracts IS NULL THEN NULL WHEN by_log = 'not_covered' THEN 'extracts'
            WHEN by_log = 'cannot_tell' AND is_seen THEN 'extracts' ELSE 'log' END AS told_by FROM judged)
)
SELECT j.line_id, l.line_no, CASE WHEN sub_key = '' THEN field ELSE field || ' (' || sub_key || ')' END AS field,
    CASE WHEN state = 'same' THEN is_now WHEN told_by = 'extracts' THEN shown_before.value WHEN state = 'changed' THEN after.value
        WHEN state = 'cannot_tell' THEN before.value END AS was,
    CASE WHEN state = 'cannot_tell' THEN CASE WHEN told_by = 'extracts' THEN shown_after.value ELSE coalesce(after.value, is_now) END END AS other,
    is_now, state, n_changes,
    CASE WHEN told_by = 'extracts' THEN news.at ELSE coalesce(after.at, CASE WHEN state = 'not_yet' THEN later.at END) END AS changed_at,
    CASE WHEN told_by = 'extracts' THEN news.by ELSE coalesce(after.by, CASE WHEN state = 'not_yet' THEN later.by END) END AS changed_by,
    CASE WHEN told_by IS DISTINCT FROM 'extracts' THEN after.approved_by END AS approved_by,
    told_by, CASE WHEN told_by = 'extracts' THEN news.unseen_from END AS unseen_from
FROM settled j LEFT JOIN lines l ON l.line_id = j.line_id
WHERE is_now IS NOT NULL OR n_changes > 0
ORDER BY j.line_id IS NOT NULL, TRY_CAST(l.line_no AS BIGINT), j.line_id, field
