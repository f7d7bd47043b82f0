"""The server's process: `python -m dashboard.serve run dashboard/app.py`.

A page that is opened by its address before the app ran once would be taken for one of Streamlit's older `pages/` folder and
run alone, without navigation. `st.navigation` turns that off at the first run; here it is off from the start.
"""

from streamlit.runtime.pages_manager import PagesManager
from streamlit.web.cli import main

if __name__ == "__main__":
    PagesManager.uses_pages_directory = False
    main(prog_name="streamlit")
