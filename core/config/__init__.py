"""What the user configured: addresses, mappings, the profile that keeps them; no sockets."""
