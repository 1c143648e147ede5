"""Commands that answer from a published version, and change nothing."""
