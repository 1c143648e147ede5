"""The report page: what a published version says, for people without a manual."""
