"""What becomes of absorbed light: temperatures after a pulse, and what they switch."""

from optomag.conventions import double_precision

double_precision()
