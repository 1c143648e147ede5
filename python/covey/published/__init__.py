"""What a published version says: read, compared and told, for page and terminal."""
