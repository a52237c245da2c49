"""A bare page: a select box that changes one plotly chart."""

import plotly.graph_objects as go
import streamlit as st

chosen = st.selectbox("Series", range(23), key="series")
years = list(range(2010, 2025))
figure = go.Figure(go.Scatter(x=years, y=[300 + chosen * (year % 7) for year in years]))
st.plotly_chart(figure.update_layout(title=f"Series {chosen} of 23"))
