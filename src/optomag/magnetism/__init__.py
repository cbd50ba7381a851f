"""From the field to the magnetization."""

from optomag.conventions import double_precision

double_precision()
