"""The Qt front end; nothing in here opens a socket to a peer or blocks its thread."""
