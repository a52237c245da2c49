"""The entry: `streamlit run app.py`. The list of pages is in lib/ui/nav.py."""

from lib import log
from lib.ui import nav, turns

log.set_up()
with turns.turn():
    nav.run()
