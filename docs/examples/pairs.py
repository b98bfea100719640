"""DuckDB: each decoder beside the autoregressive one on the same instance in the same pair block."""
import duckdb

print(duckdb.sql("""
    with t as (select task, decoder, engine, instance, pair_block, exp(avg(ln(e2e_ns))) as ns
               from 'tables/requests.parquet' where e2e_ns is not null group by all)
    select d.task, d.decoder, exp(median(ln(a.ns / d.ns))) as times_as_fast, count(*) as pairs
    from t d join t a using (task, instance, pair_block)
    where a.engine = 'autoregressive' and d.engine <> 'autoregressive'
    group by all order by all"""))
