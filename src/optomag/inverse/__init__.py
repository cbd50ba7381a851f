"""From a wanted magnetization to the beam."""

from optomag import conventions as conventions  # switches double precision on
