"""The drawings of the report page."""
