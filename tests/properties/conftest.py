"""Hypothesis draws the same examples in every run, and does not time them: first calls compile."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
