-- One row per staged table, load, end and reasons.
{{ row_counts('movielens', {'users': none, 'films': none, 'ratings': none}) }}
