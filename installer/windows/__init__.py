"""What makes a setup program for Windows of the bundle."""
