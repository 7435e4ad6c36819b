"""Mappings in the forms of other programs: a module each to read one, or to write one; no files."""
