-- One row per staged row: its text as it came, and how it ended.
{{ staged_rows('ibm_telco', {'customers': none}) }}
