-- No table loses so many rows to the rejects that what is left would mislead.
{{ reject_rates_over('stop') }}
