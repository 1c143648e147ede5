-- One row per staged row: its text as it came, and how it ended.
{{ staged_rows('complete_journey', {
    'transactions': 'amount',
    'products': none,
    'demographics': none,
    'campaign_descriptions': none,
    'campaigns': none,
    'coupons': none,
    'coupon_redemptions': none,
}) }}
