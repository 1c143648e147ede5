"""What the report reads of what customers want next: lists, neighbours and rules."""

from __future__ import annotations

# The tables that a query needs, and the query.
WANTS_QUERIES: dict[str, tuple[tuple[str, ...], str]] = {
    "list_methods": (
        ("fct_recommendations",),
        """
        with lists as (
            select list_name, count(distinct customer_id) as list_customer_count
            from fct_recommendations
            group by list_name
        )

        select
            recommendations.list_name,
            recommendations.method,
            lists.list_customer_count,
            count(*) as row_count
        from fct_recommendations as recommendations
        inner join lists on recommendations.list_name = lists.list_name
        group by all
        order by
            recommendations.list_name, row_count desc, recommendations.method
        """,
    ),
    "top_items": (
        ("fct_recommendations",),
        """
        select
            item_id,
            min(item_name) as item_name,
            count(distinct customer_id) as customer_count
        from fct_recommendations
        where list_name = 'new_for_you'
        group by item_id
        order by customer_count desc, item_id
        limit 10
        """,
    ),
    "examples": (
        ("fct_recommendations", "dim_customers"),
        """
        with lists as (
            select
                customer_id,
                count(distinct list_name) as list_count,
                count(because_item_id) as because_count
            from fct_recommendations
            group by customer_id
        ),

        -- One customer a segment, from those with the fullest lists; the smallest
        -- pseudonym is as good as a draw and the same every time.
        chosen as (
            select customers.customer_id
            from dim_customers as customers
            inner join lists on customers.customer_id = lists.customer_id
            qualify row_number() over (
                partition by customers.segment_id
                order by
                    lists.list_count desc,
                    least(lists.because_count, 5) desc,
                    customers.customer_id
            ) = 1
        )

        select
            recommendations.customer_id,
            customers.segment_id,
            customers.segment_name,
            customers.spend_amount_90d,
            customers.last_order_date,
            recommendations.list_name,
            recommendations.rank,
            recommendations.item_name,
            recommendations.because_item_name,
            recommendations.method
        from fct_recommendations as recommendations
        inner join chosen on recommendations.customer_id = chosen.customer_id
        inner join dim_customers as customers
            on recommendations.customer_id = customers.customer_id
        where recommendations.rank <= 5
        order by
            recommendations.customer_id,
            recommendations.list_name desc,
            recommendations.rank
        """,
    ),
    "list_lengths": (
        ("rpt_recommendation_lists",),
        """
        select * from rpt_recommendation_lists
        order by list_name desc, customer_count desc, reason
        """,
    ),
    "segment_items": (
        ("fct_segment_items", "dim_segments"),
        """
        select items.*
        from fct_segment_items as items
        inner join dim_segments as segments on items.segment_id = segments.segment_id
        where items.item_rank <= 4
        order by segments.segment_rank, items.item_rank
        """,
    ),
    "neighbours": (
        ("fct_item_neighbours", "fct_recommendations"),
        """
        with because_counts as (
            select because_item_id as item_id, count(*) as because_count
            from fct_recommendations
            where because_item_id <> item_id
            group by because_item_id
        ),

        chosen as (
            select
                neighbours.item_id,
                coalesce(max(because_counts.because_count), 0) as because_count
            from fct_item_neighbours as neighbours
            left join because_counts on neighbours.item_id = because_counts.item_id
            where neighbours.method <> 'content'
            group by neighbours.item_id
            order by because_count desc, neighbours.item_id
            limit 6
        )

        select
            neighbours.item_id,
            neighbours.item_name,
            neighbours.neighbour_rank,
            neighbours.neighbour_item_name,
            neighbours.similarity
        from fct_item_neighbours as neighbours
        inner join chosen on neighbours.item_id = chosen.item_id
        where neighbours.neighbour_rank <= 4
        order by
            chosen.because_count desc, neighbours.item_id, neighbours.neighbour_rank
        """,
    ),
    "rule_counts": (
        ("fct_basket_rules",),
        """
        select
            count(*) as rule_count,
            count(*) filter (where is_significant) as significant_count,
            count(*) filter (where is_significant and is_in_both_halves)
                as lasting_count
        from fct_basket_rules
        """,
    ),
    # Of a pair that is a rule both ways, the surer way.
    "rules": (
        ("fct_basket_rules",),
        """
        select
            antecedent_item_names[1] as antecedent_item_name,
            consequent_item_name,
            basket_count,
            confidence,
            lift
        from fct_basket_rules
        where rule_length = 2 and is_significant and is_in_both_halves
        qualify row_number() over (
            partition by list_sort([antecedent_item_ids[1], consequent_item_id])
            order by confidence desc, consequent_item_id
        ) = 1
        order by lift desc, consequent_item_id, antecedent_item_ids
        limit 12
        """,
    ),
}
