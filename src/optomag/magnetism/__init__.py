"""From the field to the magnetization."""

from optomag import conventions as conventions  # switches double precision on
