"""Figures that arrive as workbooks made by people: read, checked, and answered cell by cell. Nothing is stored here."""
