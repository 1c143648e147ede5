"""The sections of the report page, in the order of its questions."""
