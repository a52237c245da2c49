"""The benchmark: how fast and how large the application is, beside bare Streamlit pages on the same machine."""
