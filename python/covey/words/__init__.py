"""How numbers, models and measures are said to people, on a page or a terminal."""
