"""Commands that bring data in, build, publish and settle."""
