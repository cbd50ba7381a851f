"""Cards whose magnetic stripe tells who made it: directions from a key, readings that are compared."""
