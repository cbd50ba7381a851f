"""Magnetic holograms: two pages of light in the directions of written spots, designed, read and compared."""
