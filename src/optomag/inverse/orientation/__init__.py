"""One direction or a million: the beams that write the magnetization along given directions."""
