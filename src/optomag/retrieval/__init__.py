"""Retrieval: the pupil of a real set-up from images of its focus."""
