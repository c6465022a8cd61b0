"""Measures a recovery from a bucket. Called by bench/recovery."""

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

from many_fields import drop

BUCKET = "s3://bucket/team/ddgen"
ACCESS = """[backup]
key = "a key that is long enough to keep a copy by"
s3_endpoint = "http://127.0.0.1:{port}"
s3_access_key = "an access key"
s3_secret_key = "a secret key"
"""


def until(what, found, daemon=None, seconds=1200):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if daemon is not None and daemon.poll() is not None:
            sys.exit(f"the daemon ended before {what}")
        try:
            if found():
                return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit(f"{what}: not within {seconds} s")


def answered(url, method="GET"):
    with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as answer:
        return answer.read()


def facts(store):
    """Counts of every table, and whether SQLite finds the file whole."""
    db = sqlite3.connect(store)
    tables = [name for (name,) in db.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")]
    counts = {name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    whole = db.execute("PRAGMA quick_check").fetchone()[0]
    broken = db.execute("PRAGMA foreign_key_check").fetchall()
    db.close()
    return counts, whole, broken


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("ddgend")
    ask.add_argument("--dictionaries", type=int, default=600)
    ask.add_argument("--fields", type=int, default=1000)
    ask.add_argument("--port", type=int, default=18421)
    asked = ask.parse_args()
    home = tempfile.mkdtemp(prefix="ddgen-bench-")
    folder = os.path.join(home, "drop")
    os.mkdir(folder)
    drop(folder, asked.dictionaries, asked.fields, random.Random(7))
    log = open(os.path.join(home, "log"), "w")
    s3 = subprocess.Popen([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(asked.port)],
                          stdout=log, stderr=log)
    access = ACCESS.format(port=asked.port)
    config = os.path.join(home, "ddgen.toml")
    with open(config, "w") as out:
        out.write(access + f'offsite = "{BUCKET}"\ndir = "{home}/backups"\n')
    data = os.path.join(home, "data")
    environment = {**os.environ, "DDGEN_RUNTIME_DIR": os.path.join(home, "run")}
    address = f"127.0.0.1:{asked.port + 1}"
    daemon = None
    try:
        until("the S3 server answers", lambda: answered(f"http://127.0.0.1:{asked.port}/bucket", "PUT") is not None)
        daemon = subprocess.Popen(
            [asked.ddgend, "run", "--config", config, "--watch", folder, "--data-dir", data, "--http", address],
            env=environment, stdout=log, stderr=log)
        stats = lambda: json.loads(answered(f"http://{address}/api/v1/database/stats"))
        until("all is profiled", lambda: stats()["table_counts"]["dictionaries"] >= asked.dictionaries, daemon)
        start = time.perf_counter()
        told = subprocess.run([asked.ddgend, "backup", "now", "--elsewhere", "--format", "json", "--data-dir", data],
                              env=environment, capture_output=True, text=True)
        if told.returncode != 0:
            sys.exit(told.stderr)
        copied = time.perf_counter() - start
        daemon.terminate()
        daemon.wait(120)
        daemon = None
        store = os.path.join(data, "ddgen.db")
        before, size = facts(store), os.path.getsize(store)
        fields = before[0]["fields"]
        print(f"a store of {size / 2**20:,.0f} MiB with {fields:,} fields; backed up, verified, copied and read back: "
              f"{copied:.0f} s")
        # The machine is gone; what is left is the bucket, its keys, and the key of backups.
        shutil.rmtree(data)
        shutil.rmtree(os.path.join(home, "backups"))
        with open(config, "w") as out:
            out.write(access)
        start = time.perf_counter()
        told = subprocess.run([asked.ddgend, "restore", "--from", BUCKET, "--config", config, "--data-dir", data],
                              env=environment, capture_output=True, text=True)
        took = time.perf_counter() - start
        if told.returncode != 0:
            sys.exit(told.stderr)
        after = facts(store)
        differing = {name: (count, after[0].get(name)) for name, count in before[0].items()
                     if after[0].get(name) != count}
        print(f"restored on an empty machine from the bucket alone: {took:.0f} s "
              f"({size / 2**20 / took:,.0f} MiB/s); quick_check {after[1]}, foreign keys broken {len(after[2])}")
        # What was written after the backup's snapshot: the note that it was made and verified.
        print(f"tables whose counts differ: {differing or 'none'}")
        if after[1] != "ok" or after[2] or after[0]["fields"] != fields:
            sys.exit("the store that came back is not the one that was copied")
    finally:
        for process in (daemon, s3):
            if process is not None:
                process.terminate()
                process.wait(60)
        log.close()
        shutil.rmtree(home, ignore_errors=True)


main()
