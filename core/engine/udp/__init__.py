"""Datagrams: a listener, a session for each client, and who makes room when there are too many."""
