"""From a wanted magnetization to the beam."""

from optomag.conventions import double_precision

double_precision()
