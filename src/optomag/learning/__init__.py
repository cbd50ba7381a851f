"""What a network learns from, how it is trained, and what it proposes."""

from optomag import conventions as conventions  # switches double precision on
