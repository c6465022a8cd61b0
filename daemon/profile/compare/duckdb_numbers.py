#!/usr/bin/env python3
"""Holds every exact number of a profile against what DuckDB computes of the same file.

    pip install duckdb
    cargo build --release -p ddgen-profile --example profile
    python3 duckdb_numbers.py --engine target/release/examples/profile FILE_OR_FOLDER...
    python3 duckdb_numbers.py --engine target/release/examples/profile --quiet --collect FOLDER

DuckDB reads all columns as text, by the dialect and with the missing values the profile states (of
Parquet: the columns and nested paths the file has); types are then cast column by column, so nothing
is shared but the words of the file. Shown values of fields that were masked are passed over, their
numbers are not, unless the profile says that it withholds them. A column whose cast fails in DuckDB
is reported: a type is only right when every value has it. Exit code 1 when any number differs.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import duckdb

import parquet_columns

# What is left out of a field of numbers where a masked value could be computed back from it.
WITHHELD = ("sum", "mean", "stddev", "quantiles")
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


class Column:
    """The SQL of one field, by the type the profile gave it."""

    def __init__(self, name, field, stored=None):
        """`stored` is the DuckDB type of a Parquet column; of a CSV file there is none."""
        self.field = field
        self.stored = stored
        missing = ", ".join(text(m) for m in field["missing_values"])
        raw = name if stored else f"nullif({name}, '')"
        self.raw = f"case when {raw} in ({missing}) then null else {raw} end" if missing else raw
        kind, form = field["type"], field["format"]
        self.kind = kind
        self.typed = {
            "integer": f"try_cast({self.raw} as hugeint)",
            "number": f"try_cast({self.raw} as double)",
            "boolean": f"try_cast({self.raw} as boolean)",
        }.get(kind, self.raw)
        if kind == "boolean":
            word = f"lower(trim({self.raw}))"
            self.typed = f"case when {word} in ('true', 'yes') then true when {word} in ('false', 'no') then false end"
        if kind == "datetime" and form.endswith("%z"):
            # `Z` is an offset for the profile and Python, not for DuckDB's `%z`.
            self.typed = f"try_cast(trim({self.raw}) as timestamptz)"
        elif kind == "time" and stored:
            self.typed = f"try_cast(rtrim({self.raw}, 'Z') as time)"
        elif kind == "datetime" and stored and stored.startswith("TIMESTAMP"):
            self.typed = f"try_cast({self.raw} as timestamp)"
        elif kind in ("date", "datetime", "time", "yearmonth"):
            # DuckDB reads the fraction by its own specifier.
            self.typed = f"try_strptime(trim({self.raw}), {text(form)})"
            if ".%f" in form:
                plain = text(form.replace(".%f", ""))
                self.typed = f"coalesce({self.typed}, try_strptime(trim({self.raw}), {plain}))"

    def shown(self, expression):
        """A typed value as the profile writes it."""
        form = self.field["format"] or ""
        zone = "Z" if form.endswith("%z") else ""
        pattern = {
            "date": "%Y-%m-%d",
            "yearmonth": "%Y-%m",
            "datetime": "%Y-%m-%dT%H:%M:%S.%f",
            "time": "%H:%M:%S.%f",
        }.get(self.kind)
        if pattern is None:
            return expression
        if self.kind == "time" and self.stored:
            # A day is added: DuckDB formats moments, not times.
            expression = f"(date '1970-01-01' + ({expression}))"
        elif zone:
            expression = f"(({expression})::timestamptz at time zone 'UTC')"
        return f"replace(strftime({expression}, '{pattern}'), '.000000', '') || '{zone}'"


def same(ours, theirs):
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(theirs, bool):
        return str(ours).lower() == str(theirs).lower()
    if isinstance(theirs, (int, float)) and not isinstance(ours, bool):
        ours = float(ours) if not isinstance(ours, int) else ours
        if isinstance(ours, int) and isinstance(theirs, int):
            return ours == theirs
        return math.isclose(float(ours), float(theirs), rel_tol=1e-9, abs_tol=1e-12)
    return str(ours) == str(theirs)


def relation(connection, path, source, fields):
    dialect = source["dialect"]
    delimiter = dialect["delimiter"]
    if source["encoding"] != "utf-8" or dialect["delimiter_repeats"]:
        content = pathlib.Path(path).read_bytes().decode(source["encoding"], errors="replace").lstrip("\ufeff")
        if dialect["delimiter_repeats"]:
            # Columns set apart by blanks, which DuckDB does not know: as many tabs as there are gaps.
            gap, lines = re.compile(f"{delimiter[0]}{{{len(delimiter)},}}"), content.split("\n")
            content, delimiter = "\n".join(gap.sub("\t", line.strip(delimiter[0])) for line in lines), "\t"
        copy = tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="", delete=False)
        copy.write(content)
        copy.close()
        path = copy.name
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(fields)))
    newline = {"\r\n": "'\\r\\n'", "\r": "'\\r'"}.get(dialect["line_terminator"], "'\\n'")
    skip = dialect["preamble_lines"] + (1 if dialect["header"] else 0)
    connection.execute(
        f"create or replace temp table t as select * from read_csv({text(path)}, auto_detect=false, "
        f"columns={{{columns}}}, delim={text(delimiter)}, quote='\"', escape='\"', "
        f"header=false, skip={skip}, new_line={newline}, null_padding=true, strict_mode=false, parallel=false, "
        f"max_line_size=16777216)"
    )


def field_differences(connection, index, field, stored=None):
    column = Column(f"c{index}", field, stored)
    value = column.typed
    query = {
        "null_count": f"count(*) - count({column.raw})",
        "values that are not of the type": f"count({column.raw}) - count({value})",
        "distinct_count": f"count(distinct {value})",
        "min": column.shown(f"min({value})"),
        "max": column.shown(f"max({value})"),
        "length.min": f"min(length({column.raw}))",
        "length.max": f"max(length({column.raw}))",
        "length.mean": f"avg(length({column.raw}))",
    }
    numeric = column.kind in ("integer", "number")
    if numeric:
        total = f"sum({value})" if column.kind == "integer" else f"fsum({value})"
        query |= {"sum": total, "mean": f"favg({value}::double)"}
        query["stddev"] = f"case when count({value}) > 1 then stddev_samp({value}::double) end"
    for name, q in QUANTILES.items():
        how = f"quantile_cont({value}::double, {q})" if numeric else f"quantile_disc({value}, {q})"
        query[f"quantiles.{name}"] = column.shown(how)
    answers = connection.execute(f"select {', '.join(query.values())} from t").fetchone()
    expected = dict(zip(query, answers))
    if stored in ("FLOAT", "DOUBLE"):
        # Two ways to write the same float: the values are compared, not their texts.
        expected = {name: value for name, value in expected.items() if not name.startswith("length")}
    unique = f"select count(*) from (select {value} v from t where {value} is not null group by v having count(*) = 1)"
    expected["unique_count"] = connection.execute(unique).fetchone()[0]
    top = f"select count(*) n from t where {value} is not null group by {value} order by n desc limit {len(field['top_values'])}"
    expected["top_values"] = [n for (n,) in connection.execute(top).fetchall()] if field["top_values"] else []
    withheld = any(finding["code"] == "NUMBERS_WITHHELD" for finding in field["findings"])
    for name, theirs in expected.items():
        ours = field
        for step in name.split("."):
            ours = 0 if step == "values that are not of the type" else ours and ours.get(step)
        if name == "top_values":
            ours = [t["count"] for t in ours]
            if ours != theirs:
                yield name, ours, theirs
        elif field["masked"] and isinstance(theirs, str):
            continue  # what is shown of personal data is not the value
        elif withheld and name.split(".")[0] in WITHHELD and not isinstance(ours, (int, float)):
            continue
        elif ours is None and theirs == math.inf:
            continue  # no number of JSON
        elif not same(ours, theirs):
            yield name, ours, theirs
    if column.kind == "string" and not stored:
        cast = f"select count({column.raw}), count(try_cast({column.raw} as double)), " \
               f"count(try_cast({column.raw} as timestamp)), " \
               f"bool_or(regexp_matches(trim({column.raw}), '^[+-]?0[0-9]')) from t"
        count, doubles, stamps, codes = connection.execute(cast).fetchone()
        if count and not codes and doubles == count:
            yield "type (DuckDB reads every value as a number)", "string", "number"
        if count and not codes and stamps == count:
            yield "type (DuckDB reads every value as a timestamp)", "string", "timestamp"


def compare_parquet(connection, path, table):
    """Differences of a Parquet file, field by field; how many fields were compared."""
    found, compared = [], 0
    source = text(path)
    records, distinct = connection.execute(
        f"select (select count(*) from read_parquet({source})), (select count(*) from (select distinct * from read_parquet({source})))"
    ).fetchone()
    if records != table["records"]:
        found.append(("records", table["records"], records))
    if records - distinct != table["duplicate_records"]:
        found.append(("duplicate_records", table["duplicate_records"], records - distinct))
    for field in table["fields"]:
        stored = parquet_columns.create(connection, path, field)
        container = stored in ("LIST", "STRUCT", "MAP")
        count, there = connection.execute("select count(*), count(c0) from t").fetchone()
        if count != field["count"] or (container and count - there != field["null_count"]):
            found.append((f"{field['path']}: count, null_count", (field["count"], field["null_count"]), (count, count - there)))
        compared += 1
        # What DuckDB prints of intervals is no duration.
        if container or stored == "INTERVAL" or there == 0:
            continue
        for name, ours, theirs in field_differences(connection, 0, field, stored):
            found.append((f"{field['path']} ({field['type']}): {name}", ours, theirs))
    return found, compared


def compare(connection, engine, path):
    # A budget that keeps every field exact; estimates have tests of their own.
    run = subprocess.run([engine, path, "2", str(2 << 30)], capture_output=True, text=True)
    if run.returncode != 0:
        return "refused", [("refused", run.stderr.strip(), "")], 0
    profile = json.loads(run.stdout)
    table = profile["tables"][0]
    if profile["source"]["format"] == "parquet":
        try:
            found, compared = compare_parquet(connection, path, table)
        except duckdb.Error as error:
            return "DuckDB cannot read it", [("", "", str(error).splitlines()[0])], 0
        return "compared", found, compared
    if profile["source"]["format"] != "csv":
        return "neither CSV nor Parquet", [], 0
    fields = table["fields"]
    try:
        relation(connection, path, profile["source"], fields)
    except (duckdb.Error, UnicodeError, LookupError) as error:
        return "DuckDB cannot read it", [("", "", str(error).splitlines()[0])], 0
    found = []
    records = connection.execute("select count(*) from t").fetchone()[0]
    if records != table["records"]:
        found.append(("records", table["records"], records))
    names = ", ".join(f"coalesce(c{i}, '')" for i in range(len(fields)))
    if len(fields) < 200:
        distinct = connection.execute(f"select count(*) from (select distinct {names} from t)").fetchone()[0]
        if records - distinct != table["duplicate_records"]:
            found.append(("duplicate_records", table["duplicate_records"], records - distinct))
    for index, field in enumerate(fields):
        for name, ours, theirs in field_differences(connection, index, field):
            found.append((f"{field['path']} ({field['type']}): {name}", ours, theirs))
    return "compared", found, len(fields)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", required=True)
    parser.add_argument("--quiet", action="store_true", help="only the summary and differences")
    parser.add_argument("--collect", type=pathlib.Path, help="also the real files of some packages, downloaded into this folder")
    parser.add_argument("paths", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    files = []
    if arguments.collect:
        import real_files

        files += [f for f in real_files.collect(arguments.collect) if f.suffix == ".csv"]
    for path in arguments.paths:
        kinds = (".csv", ".parquet")
        below = (p for p in path.rglob("*") if p.suffix in kinds and not p.name.startswith("._"))
        files += sorted(below) if path.is_dir() else [path]
    connection = duckdb.connect()
    connection.execute("set threads=2; set timezone='UTC'")
    tally, columns, differing = {}, 0, 0
    for path in files:
        outcome, found, fields = compare(connection, arguments.engine, str(path))
        tally[outcome] = tally.get(outcome, 0) + 1
        columns += fields
        if outcome == "compared" and found:
            differing += 1
        if found:
            print(f"{path}: {outcome}")
            for name, ours, theirs in found[:12]:
                print(f"    {name}: ours {ours!r}, DuckDB {theirs!r}")
        elif not arguments.quiet:
            print(f"{path}: {outcome}, {fields} fields agree")
    summary = ", ".join(f"{count} {outcome}" for outcome, count in sorted(tally.items()))
    agree = tally.get("compared", 0) - differing
    print(f"{len(files)} files: {agree} agree with DuckDB in every exact number; {summary}; {columns} fields compared; {differing} files with a difference")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
