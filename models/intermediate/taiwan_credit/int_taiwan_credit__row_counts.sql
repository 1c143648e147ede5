-- One row per staged table, load, end and reasons.
{{ row_counts('taiwan_credit', {'customers': none}) }}
