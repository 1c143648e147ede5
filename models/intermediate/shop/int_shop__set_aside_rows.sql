-- One row per rejected or duplicate row, with its text as it came.
{{ set_aside_rows('shop', {
    'customers': none,
    'products': none,
    'order_lines': 'amount',
    'events': none,
}) }}
