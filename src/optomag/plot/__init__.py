"""Figures: functions that take plain arrays and give a matplotlib `Figure`; no global state is touched."""
