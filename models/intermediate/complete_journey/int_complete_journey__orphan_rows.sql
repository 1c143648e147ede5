-- One row per table, load and kind of key that its parent table does not know. Who
-- answered the survey is no list of customers, so customers are not asked for.
{{ orphan_rows('complete_journey', [
    {'table': 'transactions', 'column': 'source_item_id', 'parent': 'products',
     'reason': 'unknown_product', 'amount': 'amount'},
    {'table': 'coupons', 'column': 'source_item_id', 'parent': 'products',
     'reason': 'unknown_product'},
]) }}
