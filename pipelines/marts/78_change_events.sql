/* ---
mart: change_events
phase: orders
text: >
  Actions whose name says that something was changed, where no change log is given: the page Changes counts them in its place.
--- */
WITH names AS (
    SELECT activity FROM marts.flow_activities
    WHERE regexp_matches(lower(activity), '\b(changed?|changes|amend(ed|ment)?|modif(y|ied)|revised?)\b|änder|geändert|变更|修改|變更')
)
SELECT order_key, line_key, order_id, line_id, activity, "at", user_id, role, stage, automatic
FROM scope.action_facts SEMI JOIN names USING (activity)
WHERE NOT (SELECT changes FROM given)
