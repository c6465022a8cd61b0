"""The fields of a Parquet file as columns of text in DuckDB, written as the profile writes them."""

import re


def steps(path):
    """The steps of a path: names and `[]`. A backslash escapes a sign in a name."""
    found, name, at = [], "", 0
    while at < len(path):
        if path[at] == "\\":
            name += path[at + 1]
            at += 2
        elif path[at] == ".":
            found += [name] if name else []
            name, at = "", at + 1
        elif path.startswith("[]", at):
            found += [name] if name else []
            found.append("[]")
            name, at = "", at + 2
        else:
            name += path[at]
            at += 1
    return found + ([name] if name else [])


def text_of(value, kind):
    """A value of a DuckDB type as text."""
    if kind.startswith("TIMESTAMP WITH TIME ZONE"):
        return f"replace(replace(({value})::varchar, ' ', 'T'), '+00', 'Z')"
    if kind.startswith("TIMESTAMP"):
        return f"replace(({value})::varchar, ' ', 'T')"
    if kind.startswith("TIME WITH TIME ZONE"):
        return f"replace(({value})::varchar, '+00', 'Z')"
    if kind in ("FLOAT", "DOUBLE"):
        return (
            f"case when isnan({value}) then 'NaN' when isinf({value}) then "
            f"(case when {value} < 0 then '-Infinity' else 'Infinity' end) else ({value})::varchar end"
        )
    return f"({value})::varchar"


def create(connection, path, field):
    """Makes the table `t` of one column `c0`: every occurrence of the field. Returns its DuckDB type."""
    source = "'" + str(path).replace("'", "''") + "'"
    query = None
    for step in steps(field["path"]):
        if query is None:
            name = step.replace('"', '""')
            query = f'select "{name}" v from read_parquet({source})'
        elif step == "[]":
            kind = connection.execute(f"select typeof(v) from ({query}) limit 1").fetchone()
            entries = "map_entries(v)" if kind and kind[0].startswith("MAP(") else "v"
            query = f"select unnest({entries}) v from ({query})"
        else:
            member = step.replace("'", "''")
            query = f"select struct_extract(v, '{member}') v from ({query}) where v is not null"
    kind = connection.execute(f"describe {query}").fetchone()[1]
    connection.execute(f"create or replace temp table t as select {text_of('v', kind)} c0 from ({query})")
    return re.sub(r"\(.*", "", kind) if not kind.endswith("[]") else "LIST"
