"""TCP sessions: accept, reach the target, move bytes both ways; knows no datagrams."""
