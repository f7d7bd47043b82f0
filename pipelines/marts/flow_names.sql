-- Numbers for what the paths of cases are written with. A number, once given, stays: rows of earlier runs are written with it.
CREATE TABLE IF NOT EXISTS marts.flow_activities (activity_no BIGINT, activity VARCHAR);
INSERT INTO marts.flow_activities
SELECT (SELECT coalesce(max(activity_no), 0) FROM marts.flow_activities) + row_number() OVER (ORDER BY activity), activity
FROM (SELECT DISTINCT activity FROM scope.user_actions WHERE activity IS NOT NULL) news
ANTI JOIN marts.flow_activities USING (activity);
CREATE TABLE IF NOT EXISTS marts.flow_departments (department_no BIGINT, department VARCHAR);
INSERT INTO marts.flow_departments
SELECT (SELECT coalesce(max(department_no), 0) FROM marts.flow_departments) + row_number() OVER (ORDER BY department), department
FROM (SELECT DISTINCT department FROM scope.user_actions) news
ANTI JOIN marts.flow_departments d ON d.department IS NOT DISTINCT FROM news.department;
-- A party is a user in a department; null where the log does not say. There is room for 65,535, what comes later shares the last.
CREATE TABLE IF NOT EXISTS marts.flow_parties (party_no BIGINT, department_no BIGINT, department VARCHAR, user_id VARCHAR);
INSERT INTO marts.flow_parties
SELECT least(65535, (SELECT coalesce(max(party_no), 0) FROM marts.flow_parties) + row_number() OVER (ORDER BY news.department, news.user_id)),
    d.department_no, news.department, news.user_id
FROM (SELECT DISTINCT department, user_id FROM scope.user_actions) news
JOIN marts.flow_departments d ON d.department IS NOT DISTINCT FROM news.department
ANTI JOIN marts.flow_parties p ON p.department IS NOT DISTINCT FROM news.department AND p.user_id IS NOT DISTINCT FROM news.user_id
