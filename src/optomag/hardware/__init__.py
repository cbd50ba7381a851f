"""Hardware: panels that show, cameras that capture, and the loop that calibrates, corrects and verifies."""
