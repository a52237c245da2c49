"""A bare page: a select box that changes one number."""

import streamlit as st

chosen = st.selectbox("Year", range(2010, 2025), key="year")
st.metric("Number", f"Figure {chosen}")
