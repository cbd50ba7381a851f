"""Earlier ways to shape magnetization with light, each as a named design with its numbers."""

from optomag.conventions import double_precision

double_precision()
