"""Light on the cells of micromagnetic programs: fields, magnets and scripts."""

from optomag import conventions as conventions  # switches double precision on
