"""One thread, one poller: channels, timers and calls from other threads; knows no mapping."""
