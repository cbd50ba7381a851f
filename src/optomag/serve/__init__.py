"""The live page with the exact engine behind it: a small server for this machine."""
