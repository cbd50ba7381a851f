"""What a network learns from, how it is trained, and what it proposes."""

from optomag.conventions import double_precision

double_precision()
