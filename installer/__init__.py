"""Builds what people download; nothing in here is part of the program."""
