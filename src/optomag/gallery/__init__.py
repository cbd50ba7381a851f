"""Earlier ways to shape magnetization with light, each as a named design with its numbers."""

from optomag import conventions as conventions  # switches double precision on
