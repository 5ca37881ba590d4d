"""Timings live here and nowhere else: as ratios of two things measured in one run, on one machine."""
