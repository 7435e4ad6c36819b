"""The command line; the only part of core that prints. It starts engines, it does not relay."""
