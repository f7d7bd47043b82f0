-- The configured process as tables. What was not configured has no rows, and is learned from the data or not judged.
CREATE OR REPLACE TABLE meta.process (process_case VARCHAR);
-- repeats: allowed, forbidden, or null where the data say what is usual. calendar: whose hours of meta.working_days count for the
-- stage; null where none is configured, so that its target is elapsed time.
CREATE OR REPLACE TABLE meta.stages (
  stage VARCHAR, stage_no INTEGER, title VARCHAR, department VARCHAR, target_hours DOUBLE, repeats VARCHAR,
  line_of_defence INTEGER, calendar VARCHAR);
CREATE OR REPLACE TABLE meta.activities (
  activity_key VARCHAR, stage VARCHAR, stage_no INTEGER, marks VARCHAR, activity_kind VARCHAR);
CREATE OR REPLACE TABLE meta.error_costs (stage VARCHAR, cost DOUBLE);
-- Stages of which it was laid down whether an order must pass them. Empty lists and null amounts: of whatever type,
-- through whatever channel, of any amount.
CREATE OR REPLACE TABLE meta.required_stages (
  stage VARCHAR, stage_no INTEGER, required BOOLEAN, amount_above DOUBLE, order_types VARCHAR[], channels VARCHAR[]);
-- Stages whose order was laid down: `earlier` must come before `stage`; null where the stage may come at any time.
CREATE OR REPLACE TABLE meta.stage_order (stage VARCHAR, stage_no INTEGER, earlier VARCHAR);
-- Steps that two people must do; `first_step` and `second_step` are what the configuration calls them.
CREATE OR REPLACE TABLE meta.four_eyes (
  pair_no INTEGER, first_step VARCHAR, second_step VARCHAR, first_keys VARCHAR[], second_keys VARCHAR[]);
-- Steps of which one user may do only one. across: order, all_orders.
CREATE OR REPLACE TABLE meta.segregation (set_no INTEGER, across VARCHAR, step VARCHAR, activity_key VARCHAR);
CREATE OR REPLACE TABLE meta.rights (role_key VARCHAR, role VARCHAR, activity_key VARCHAR);
-- subject: step (orders for which `when` holds pass it) or exception (its end). An empty list of roles: any role.
CREATE OR REPLACE TABLE meta.approvals (
  approval_no INTEGER, subject VARCHAR, step VARCHAR, stage_no INTEGER, activity_keys VARCHAR[], exception_types VARCHAR[],
  amount_above DOUBLE, discount_above DOUBLE, order_types VARCHAR[], channels VARCHAR[], roles VARCHAR[]);
-- Working hours by department; `default` is for every department without its own. The hours stand in meta.working_days;
-- day_seconds is what a working day has, on the mean of the worked weekdays.
CREATE OR REPLACE TABLE meta.calendars (department VARCHAR, zone VARCHAR, day_seconds DOUBLE);
CREATE OR REPLACE TABLE meta.exception_targets (type_key VARCHAR, target_hours DOUBLE)
