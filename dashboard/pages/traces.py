"""Who did what; what happened to this order; how do errors go with workload and the hour of the day?"""

import streamlit as st

from dashboard import data, parts
from dashboard.state import filter_bar
from dashboard.trace_order import order_view
from dashboard.trace_user import user_view
from dashboard.words import _
from dashboard.workload import workload_view


def render() -> None:
    filters = filter_bar()
    if not data.is_given("user_actions"):
        # What is known of one order needs no actions: its documents, its changes, what its extracts showed.
        order_view(filters)
        parts.missing(
            _("No actions yet: who did what, and how errors go with workload, cannot be told."), "user_actions"
        )
        return
    names = {"user": _("One user"), "order": _("One order"), "workload": _("Workload and hour")}
    view = st.segmented_control(
        _("Trace of"), list(names), format_func=names.__getitem__, default="user", required=True, key="trace", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    views = {"user": user_view, "order": order_view, "workload": workload_view}
    views[view or "user"](filters)


render()
