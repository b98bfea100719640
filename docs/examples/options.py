"""DuckDB: what an option of a decoder costs and what it gains, with intervals, and deliveries unnested."""
import duckdb

print(duckdb.sql("""
    select task, option_steps as steps, e2e_ms, e2e_ms_low, e2e_ms_high, exact_match_pct
    from 'tables/cells.parquet' where engine = 'diffusion' and state = 'valid' order by task, steps"""))
print(duckdb.sql("""
    select decoder, avg(len(chunks_ns)) as deliveries, max(chunks_tokens[1]) as most_tokens_at_first
    from 'tables/requests.parquet' where len(chunks_ns) > 0 group by all order by all"""))
