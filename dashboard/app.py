"""The dashboard: its pages over one published snapshot, with one filter state."""

from pathlib import Path

import streamlit as st

from dashboard.theme import DARK, tokens
from dashboard.words import _

_STATIC = Path(__file__).parent / "static"

st.set_page_config(page_title="OrderProof", page_icon=str(_STATIC / "logo_light.svg"), layout="wide")
st.logo(str(_STATIC / ("logo_dark.svg" if tokens() is DARK else "logo_light.svg")), size="large")
page = st.navigation(
    [
        st.Page("pages/overview.py", title=_("Overview"), default=True),
        st.Page("pages/error_rate.py", title=_("Error rate")),
        st.Page("pages/defects.py", title=_("Defects")),
        st.Page("pages/stages.py", title=_("Stages")),
        st.Page("pages/flow.py", title=_("Flow")),
        st.Page("pages/exceptions.py", title=_("Exceptions")),
        st.Page("pages/changes.py", title=_("Changes")),
        st.Page("pages/traces.py", title=_("Traces")),
        st.Page("pages/risk.py", title=_("Risk list")),
        st.Page("pages/data.py", title=_("Data")),
    ],
    position="top",
)
page.run()
