"""A bare page that loads the same packages as the application before it shows its one table."""

import openpyxl  # noqa: F401
import pandas as pd
import plotly.graph_objects  # noqa: F401
import pydantic  # noqa: F401
import sqlalchemy  # noqa: F401
import streamlit as st

st.dataframe(pd.DataFrame({"Number": range(23)}))
