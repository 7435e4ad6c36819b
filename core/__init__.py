"""The engine and everything that needs no screen; nothing in here may import Qt or `gui`."""
