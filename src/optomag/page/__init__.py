"""The live page: tight focusing in a browser, and the line of text that means the same here and there."""
