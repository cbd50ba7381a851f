"""Spatial light modulators: from a beam to the images that panels show, and what these images really do."""
