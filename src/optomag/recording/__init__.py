"""Bytes as magnetized spots: which directions carry bits, what a reading says of them, and how errors are undone."""
