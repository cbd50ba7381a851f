"""Spot after spot on a stage: which beam each spot needs, and what all the exposures together write."""
