-- One row per rejected or duplicate row, with its text as it came.
{{ set_aside_rows('credit_data', {'customers': none}) }}
