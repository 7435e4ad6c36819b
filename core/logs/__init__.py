"""What happened, for people to read later: the words, and the files they go to; no Qt."""
