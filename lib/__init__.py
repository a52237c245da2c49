"""The application. Imported before anything of it."""

import os

# openpyxl takes lxml where it is there, and the papers bring it along. What refuses entity bombs in a workbook is defusedxml,
# which openpyxl asks only without lxml.
os.environ["OPENPYXL_LXML"] = "False"
