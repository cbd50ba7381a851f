"""Magnetic holograms: pages of images in the light that a written film diffracts."""
