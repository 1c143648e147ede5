"""From somebody's files to models that read them: look, propose, write, check."""
