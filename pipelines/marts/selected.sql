-- What KPIs select from. Against a snapshot they are everything; the read side puts filtered queries of the same names before them.
CREATE OR REPLACE VIEW selected_orders AS SELECT * FROM marts.order_facts;
CREATE OR REPLACE VIEW selected_lines AS
    SELECT l.*, e.line_key IS NOT NULL AS has_error
    FROM core.order_lines l
    LEFT JOIN (SELECT DISTINCT line_key FROM marts.error_facts WHERE line_key IS NOT NULL) e ON e.line_key = l.line_key;
CREATE OR REPLACE VIEW selected_stages AS SELECT * FROM marts.stage_facts;
CREATE OR REPLACE VIEW selected_actions AS SELECT * FROM marts.action_facts;
CREATE OR REPLACE VIEW selected_changes AS SELECT * FROM marts.change_facts;
CREATE OR REPLACE VIEW selected_exceptions AS SELECT * FROM marts.exception_facts;
CREATE OR REPLACE VIEW selected_errors AS SELECT * FROM marts.error_facts;
CREATE OR REPLACE VIEW selected_cases AS SELECT * FROM marts.flow_cases;
CREATE OR REPLACE VIEW selected_visits AS SELECT * FROM marts.order_visits;
CREATE OR REPLACE VIEW selected_open AS SELECT * FROM marts.open_visits;
CREATE OR REPLACE VIEW selected_waits AS SELECT * FROM marts.wait_facts;
