-- One row per staged row: its text as it came, and how it ended.
{{ staged_rows('shop', {
    'customers': none,
    'products': none,
    'order_lines': 'amount',
    'events': none,
}) }}
