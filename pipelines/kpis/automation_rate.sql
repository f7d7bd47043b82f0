/* ---
name: automation_rate
title: Automation
text: "Share of actions done by a program."
formula: "automated actions / actions that say who did them"
unit: percent
good: up
population: "actions on sales orders"
needs: ["user_actions"]
order: 17
--- */
SELECT sum(n_automated_actions) AS numerator, sum(n_automated_actions + n_manual_actions) AS denominator,
    numerator / nullif(denominator, 0) AS value
FROM selected_orders WHERE order_class = 'sale'
