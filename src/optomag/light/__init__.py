"""Light: beams of unit power and all that they cross."""

from optomag.conventions import double_precision

double_precision()
