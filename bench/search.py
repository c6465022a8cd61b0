"""Measures searches, lists and opens on many fields. Called by bench/search."""

import argparse
import http.client
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

from many_fields import NOUNS, PARTS, drop


class Door:
    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.connection = http.client.HTTPConnection(host, int(port), timeout=120)

    def get(self, path):
        start = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - start) * 1000
        if answer.status != 200:
            sys.exit(f"{path}: {answer.status} {body[:300]}")
        return took, json.loads(body)


def queries(dice, count):
    """What people type: names, beginnings, several words, misspelt ones, filters, words of values."""
    for number in range(count):
        noun, other, part = dice.choice(NOUNS), dice.choice(NOUNS), dice.choice(PARTS)
        spoilt = noun[:2] + noun[3:] if len(noun) > 4 else noun
        swapped = noun[0] + noun[2] + noun[1] + noun[3:] if len(noun) > 4 else noun
        yield number % 12, [
            noun, f"{noun}_{part}", f"{noun} {other}", noun[:3], f"{noun} {other} {part}", spoilt, swapped,
            f"{noun} type:date", "type:date null=0", f"{part}", f"{other} pii:no type:number", "id",
        ][number % 12]


def shown(what, took):
    took = sorted(took)
    at = lambda share: took[min(len(took) - 1, int(len(took) * share))]
    print(f"{what:<34} {len(took):>6} {statistics.median(took):>9.1f} {at(0.95):>9.1f} {took[-1]:>9.1f}")


def measure(door, asked, dice):
    print(f"{'milliseconds, over HTTP':<34} {'asked':>6} {'median':>9} {'p95':>9} {'slowest':>9}")
    kinds = ["one word", "a name", "two words", "a beginning", "three words", "a letter missing",
             "letters swapped", "a word and a type", "filters alone", "a word that all have",
             "a word and two filters", "id"]
    took = {kind: [] for kind in kinds}
    found = {kind: 0 for kind in kinds}
    for kind, words in queries(dice, asked.queries):
        path = "/api/v1/search/fields?limit=50&q=" + urllib.parse.quote(words)
        one, page = door.get(path)
        took[kinds[kind]].append(one)
        found[kinds[kind]] += bool(page["items"])
    shown("search, all", [one for kind in kinds for one in took[kind]])
    for kind in kinds:
        shown(f"  {kind} ({found[kind]} found)", took[kind])
    listed = [door.get("/api/v1/dictionaries?limit=500") for _ in range(20)]
    shown("list, a page of 500", [one for one, _ in listed])
    known = [item["name"] for item in listed[0][1]["items"]]
    opened = []
    for _ in range(200):
        name = urllib.parse.quote(dice.choice(known), safe="")
        opened.append(door.get(f"/api/v1/dictionaries/{name}/versions/1/fields?limit=250")[0])
    shown("open, a page of 250 fields", opened)


def counted(total, start):
    counts = total["table_counts"]
    seconds = f" profiled and indexed in {time.perf_counter() - start:.0f} s" if start else ""
    print(f"{counts['dictionaries']:,} dictionaries with {counts['fields']:,} fields{seconds}; "
          f"store {total['database_size'] / 2**20:,.0f} MiB")


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("ddgend")
    ask.add_argument("--dictionaries", type=int, default=1000)
    ask.add_argument("--fields", type=int, default=1000)
    ask.add_argument("--queries", type=int, default=1200)
    ask.add_argument("--port", type=int, default=18411)
    ask.add_argument("--running", action="store_true", help="measure the daemon that serves the port")
    asked = ask.parse_args()
    dice = random.Random(7)
    address = f"127.0.0.1:{asked.port}"
    if asked.running:
        door = Door(address)
        counted(door.get("/api/v1/database/stats")[1], None)
        return measure(door, asked, dice)
    home = tempfile.mkdtemp(prefix="ddgen-bench-")
    folder = os.path.join(home, "drop")
    os.mkdir(folder)
    drop(folder, asked.dictionaries, asked.fields, dice)
    data = ["--data-dir", os.path.join(home, "data")]
    environment = {**os.environ, "DDGEN_RUNTIME_DIR": os.path.join(home, "run")}
    log = open(os.path.join(home, "log"), "w")
    start = time.perf_counter()
    daemon = subprocess.Popen(
        [asked.ddgend, "run", "--watch", folder, *data, "--http", address],
        env=environment, stdout=log, stderr=log,
    )
    try:
        while True:
            time.sleep(1)
            if daemon.poll() is not None:
                sys.exit(f"the daemon ended: see {home}/log")
            try:
                door = Door(address)
                total = door.get("/api/v1/database/stats")[1]
            except OSError:
                continue
            if total["table_counts"]["dictionaries"] >= asked.dictionaries:
                break
        counted(total, start)
        measure(door, asked, dice)
    finally:
        daemon.terminate()
        daemon.wait(60)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


main()
