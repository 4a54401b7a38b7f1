"""Figures as ratios to a limit measured in the same run: `make bench NAMES="itinerary.page feed.304"`."""
