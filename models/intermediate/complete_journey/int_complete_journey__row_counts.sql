-- One row per staged table, load, end and reasons.
{{ row_counts('complete_journey', {
    'transactions': 'amount',
    'products': none,
    'demographics': none,
    'campaign_descriptions': none,
    'campaigns': none,
    'coupons': none,
    'coupon_redemptions': none,
}) }}
