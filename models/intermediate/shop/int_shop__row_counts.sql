-- One row per staged table, load, end and reasons.
{{ row_counts('shop', {
    'customers': none,
    'products': none,
    'order_lines': 'amount',
    'events': none,
}) }}
