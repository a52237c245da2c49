"""What changed since a day, in words: for a page, for a feed and for the published files.

Pure but for `since.py`, which asks the store. What is made up and what is not public is left out here.
"""
