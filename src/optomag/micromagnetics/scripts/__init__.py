"""Scripts that apply exported light to a magnet, one file a program."""
