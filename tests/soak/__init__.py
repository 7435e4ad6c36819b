"""Minutes of mixed traffic through the relay, and then the books: nothing missing, nothing left."""
