"""What a click on a chart chose: one thing at a time, in the session and in the address, so that a reload keeps it."""

from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice under the name that it has in the session and in the address. Its value is the code that a bar carries."""

    name: str

    def now(self) -> str:
        """The code that is looked at; empty for none."""
        if self.name not in st.session_state:
            st.session_state[self.name] = st.query_params.get(self.name)
        return str(st.session_state[self.name] or "")

    def clicked(self, key: str) -> None:
        """A click on a point of the chart `key` chooses its code; a second one lets go of it."""
        points = st.session_state[key].selection.points
        code = points[0]["customdata"][0] if points else None
        st.session_state[self.name] = None if code == st.session_state.get(self.name) else code

    def let_go(self) -> None:
        """Nothing is looked at."""
        st.session_state[self.name] = None

    def keep(self, code: str) -> None:
        """The choice stands in the address."""
        if code:
            st.query_params[self.name] = code
        elif self.name in st.query_params:
            del st.query_params[self.name]
