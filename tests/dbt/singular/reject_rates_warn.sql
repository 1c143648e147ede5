-- No table loses more rows to the rejects than should go unnoticed.
{{ config(severity='warn') }}
{{ reject_rates_over('warn') }}
