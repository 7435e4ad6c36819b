"""The relay engine: channels, one loop, one thread; reads no files and knows no screen."""
