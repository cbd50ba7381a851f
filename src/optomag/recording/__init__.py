"""Bytes as magnetized spots: which points carry bits, what a reading says of them, how errors are undone."""
