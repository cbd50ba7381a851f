"""Files: what optomag writes and reads, always whole, never pickled."""
