-- One row per table, load and kind of key that its parent table does not know.
{{ orphan_rows('movielens', [
    {'table': 'ratings', 'column': 'source_item_id', 'parent': 'films',
     'reason': 'unknown_product'},
    {'table': 'ratings', 'column': 'source_customer_id', 'parent': 'users',
     'reason': 'unknown_customer'},
]) }}
