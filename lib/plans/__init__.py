"""Agencies' performance plans: their words, the rules that look at a plan's targets, and the discussions twice a year."""
