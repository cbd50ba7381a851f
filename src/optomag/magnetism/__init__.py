"""From the field to the magnetization."""
