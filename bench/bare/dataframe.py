"""A bare page: one table of 23 rows, as the scorecard has."""

import pandas as pd
import streamlit as st

st.dataframe(
    pd.DataFrame(
        {
            "Indicator": [f"Indicator {number}" for number in range(23)],
            "Latest": [number * 1.5 for number in range(23)],
            "Target": [number * 1.2 for number in range(23)],
            "Status": ["on track"] * 23,
        }
    )
)
