"""The suite on Windows' own Python, and whether every test runs on one system or the other."""
