"""Scripts that apply exported light to a magnet: for mumax3, Ubermag (OOMMF), mumax+, NeuralMag, magnum.np."""
