"""From a beam to the field at the focus."""

from optomag import conventions as conventions  # switches double precision on
