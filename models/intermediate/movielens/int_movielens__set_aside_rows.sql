-- One row per rejected or duplicate row, with its text as it came.
{{ set_aside_rows('movielens', {'users': none, 'films': none, 'ratings': none}) }}
