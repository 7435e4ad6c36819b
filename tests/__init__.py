"""The tests, in a tree that mirrors the packages; no product code lives here."""
