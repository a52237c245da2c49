"""The site on a server of one's own: the pages and, beside them, the open data. `streamlit run server.py`, or `uvicorn server:app`.

On Streamlit Community Cloud the entry is app.py, which has the pages alone.
"""

import os
from pathlib import Path

import streamlit as st

from lib import log
from lib.api.guard import middleware
from lib.api.site import routes
from lib.api.source import Source
from lib.ui import uploads

log.set_up("json")
os.environ["OUTCOMESTAT_SERVED"] = "1"  # the page about the data names the addresses that only this server has
source = Source()
app = st.App("app.py", routes=routes(source), middleware=middleware(source, uploads.refused, page=Path(st.__file__).parent / "static" / "index.html"))
