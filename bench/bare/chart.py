"""A bare page: one plotly chart of 15 years, with a target."""

import plotly.graph_objects as go
import streamlit as st

years = list(range(2010, 2025))
st.plotly_chart(
    go.Figure(
        [
            go.Scatter(x=years, y=[300 + 3 * (year % 7) for year in years], name="Number"),
            go.Scatter(x=[2010, 2024], y=[310, 280], name="Target"),
        ]
    )
)
