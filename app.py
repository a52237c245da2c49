"""The entry: `streamlit run app.py`. The list of pages is in lib/ui/nav.py."""

from lib.ui import nav

nav.run()
