"""Who is measured, and what each computes."""

import shutil
import sys

DDGEN = "whole profile document"
MEMORY = ["MALLOC_MMAP_THRESHOLD_=2097152", "MALLOC_TRIM_THRESHOLD_=8388608"]
DUCKDB = """
import duckdb, sys
c = duckdb.connect()
c.execute("set threads=2")
name = sys.argv[1]
how = {"csv": "read_csv(?, nullstr=['NA', ''])", "jsonl": "read_ndjson(?)", "parquet": "read_parquet(?)"}[name.rsplit(".", 1)[1]]
c.execute(f"summarize select * from {how}", [name]).fetchall()
"""
# Every nested field, as the engine tells them: structures level by level, elements of lists in a query
# of their own. Read once, since reading again for every list takes longer.
DUCKDB_NESTED = """
import duckdb, sys
c = duckdb.connect()
c.execute("set threads=2")
c.execute("create temp table t as select * from read_ndjson(?)", [sys.argv[1]])

def leaves(expression, name, kind, lists):
    if kind.id == "struct":
        for child, inner in kind.children:
            yield from leaves(f'{expression}."{child}"', f"{name}.{child}", inner, lists)
    elif kind.id == "list":
        lists.append((expression, name + "[]", kind.children[0][1]))
    else:
        yield f'{expression} as "{name}"'

relation = c.sql("select * from t")
waiting = [("t", [(f'"{n}"', n, k) for n, k in zip(relation.columns, relation.types)])]
while waiting:
    source, fields = waiting.pop()
    lists = []
    columns = [leaf for field in fields for leaf in leaves(*field, lists)]
    if columns:
        c.execute(f"summarize select {', '.join(columns)} from {source}").fetchall()
    for expression, name, kind in lists:
        waiting.append((f"(select unnest({expression}) as v from {source})", [("v", name, kind)]))
"""
POLARS = """
import os, sys
os.environ["POLARS_MAX_THREADS"] = "2"
import polars as pl
name = sys.argv[1]
read = {
    "csv": lambda: pl.read_csv(name, null_values=["NA", ""], infer_schema_length=100_000),
    "jsonl": lambda: pl.read_ndjson(name, infer_schema_length=None),
    "parquet": lambda: pl.read_parquet(name),
}[name.rsplit(".", 1)[1]]
frame = read()
frame.describe()
for column in frame.columns:
    try:
        frame[column].n_unique()
    except pl.exceptions.PolarsError:
        pass  # not of lists
"""


class Side:
    """One tool: its name, what it computes, and the command for a file (none where it cannot read it)."""

    def __init__(self, name, computes, command, kinds):
        self.name, self.computes, self.command, self.kinds = name, computes, command, kinds

    def command_for(self, file):
        return self.command(str(file)) if file.suffix[1:] in self.kinds else None


def sides(engine, loop):
    """Those that are there, ours first, DuckDB second: ratios are against it."""
    python = sys.executable
    every = ("csv", "jsonl", "parquet")
    found = [
        # As the daemon starts its workers: memory that is given back goes back.
        Side("ddgen", DDGEN, lambda file: ["env", *MEMORY, engine, file, "2"], every),
        Side(
            "DuckDB",
            "`SUMMARIZE`: min, max, mean, deviation, nulls; approximate distinct and quartiles",
            lambda file: [python, "-c", DUCKDB, file],
            every,
        ),
        Side(
            "DuckDB nested",
            "`SUMMARIZE` of every nested field, too, which DuckDB by itself takes for one value",
            lambda file: [python, "-c", DUCKDB_NESTED, file],
            ("jsonl",),
        ),
    ]
    try:
        import polars  # noqa: F401

        computes = "`describe` and `n_unique`: min, max, mean, deviation, quartiles, nulls, distinct"
        found.append(Side("polars", computes, lambda file: [python, "-c", POLARS, file], every))
    except ImportError:
        pass
    if loop:
        found.append(Side("csv crate", "bare record loop, 1 thread: counts records and cells", lambda file: [loop, file], ("csv",)))
    if xan := shutil.which("xan"):
        computes = "`stats -A`: min, max, mean, deviation, exact distinct, quartiles, mode"
        found.append(Side("xan", computes, lambda file: [xan, "parallel", "stats", "-A", "-t", "2", file], ("csv",)))
    if qsv := shutil.which("qsv"):
        computes = "`stats --everything`: exact distinct, quartiles, mode, dates"
        found.append(
            Side(
                "qsv",
                computes,
                lambda file: [qsv, "stats", "--everything", "--infer-dates", "--force", "--jobs", "2", file],
                ("csv",),
            )
        )
    return found
