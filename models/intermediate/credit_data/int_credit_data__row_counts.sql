-- One row per staged table, load, end and reasons.
{{ row_counts('credit_data', {'customers': none}) }}
