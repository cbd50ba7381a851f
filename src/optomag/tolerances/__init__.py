"""What errors of a set-up do to a design, which matters most, and how known ones are taken out again."""
