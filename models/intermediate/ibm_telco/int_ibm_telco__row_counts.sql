-- One row per staged table, load, end and reasons.
{{ row_counts('ibm_telco', {'customers': none}) }}
