"""Light on the cells of micromagnetic programs: fields, magnets and scripts."""
