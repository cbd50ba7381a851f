"""Light on the cells of micromagnetic programs: fields, magnets and scripts."""

from optomag.conventions import double_precision

double_precision()
