"""A bare page: a list of several choices that changes one number, as the scorecard's filter does."""

import streamlit as st

chosen = st.multiselect("Outcome", [f"Outcome {number}" for number in range(1, 8)], key="outcomes")
st.metric("Number", "Figure " + (", ".join(chosen) or "of all"))
