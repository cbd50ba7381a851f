"""HTML pages out of plain values."""
