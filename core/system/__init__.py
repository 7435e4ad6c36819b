"""Questions to the operating system that are slow or differ by platform; never on the loop."""
