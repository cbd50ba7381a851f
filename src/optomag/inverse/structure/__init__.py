"""Magnetization structures: what is wanted, which pupils are allowed, and how the best of them is found."""
