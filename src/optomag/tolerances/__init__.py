"""What errors of a set-up do to a design, which matters most, and how known ones are taken out again."""

from optomag import conventions as conventions  # switches double precision on
