"""From a beam to the field at the focus."""
