-- One row per rejected or duplicate row, with its text as it came.
{{ set_aside_rows('complete_journey', {
    'transactions': 'amount',
    'products': none,
    'demographics': none,
    'campaign_descriptions': none,
    'campaigns': none,
    'coupons': none,
    'coupon_redemptions': none,
}) }}
