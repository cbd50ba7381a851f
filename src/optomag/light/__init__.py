"""Light: beams of unit power and all that they cross."""

from optomag import conventions as conventions  # switches double precision on
