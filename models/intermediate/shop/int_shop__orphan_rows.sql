-- One row per table, load and kind of key that its parent table does not know.
{{ orphan_rows('shop', [
    {'table': 'order_lines', 'column': 'source_item_id', 'parent': 'products',
     'reason': 'unknown_product', 'amount': 'amount'},
    {'table': 'order_lines', 'column': 'source_customer_id', 'parent': 'customers',
     'reason': 'unknown_customer', 'amount': 'amount'},
    {'table': 'events', 'column': 'source_item_id', 'parent': 'products',
     'reason': 'unknown_product'},
    {'table': 'events', 'column': 'source_customer_id', 'parent': 'customers',
     'reason': 'unknown_customer'},
]) }}
