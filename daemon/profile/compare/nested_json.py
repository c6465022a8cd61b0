"""Nested records as web shops write them, the same in every run: ids, names, addresses, arrays of
objects, tags, keys that are absent, nulls and values of mixed types."""

import json
import random

FIRST = "Ada Grace Alan Edsger Barbara Donald Tim Linus Margaret Ken Radia John Frances Dennis Anita Niklaus".split()
LAST = "Lovelace Hopper Turing Dijkstra Liskov Knuth Lee Torvalds Hamilton Thompson Perlman Backus Allen Ritchie".split()
CITIES = [("Berlin", "DE"), ("Zürich", "CH"), ("Lyon", "FR"), ("Porto", "PT"), ("Gdańsk", "PL"), ("Oslo", "NO"), ("Bath", "GB")]
STREETS = "Station Road,High Street,Lindenweg,Rue de la Paix,Park Lane,Mill Lane,Am Markt".split(",")
TAGS = "new,vip,gift,express,fragile,bulk,returning,newsletter,b2b,season".split(",")
NOTES = "please ring twice,leave at the door,,call before delivery,second floor; the bell says \"Müller\"\nthank you".split(",")


def record(number, dice):
    city, country = dice.choice(CITIES)
    first, last = dice.choice(FIRST), dice.choice(LAST)
    customer = int(dice.paretovariate(0.6)) % 60_000
    made = {
        "id": f"{number:08x}{dice.getrandbits(64):016x}",
        "number": 100_000 + number,
        "created_at": f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:{dice.randint(0, 59):02}:{dice.randint(0, 59):02}Z",
        "status": dice.choice(("open", "paid", "paid", "shipped", "shipped", "shipped", "returned")),
        "customer": {
            "id": customer,
            "name": f"{first} {last}",
            "email": f"{first}.{last}{customer}@example.org".lower(),
            "address": {
                "street": f"{dice.choice(STREETS)} {dice.randint(1, 180)}",
                "city": city,
                "zip": f"{dice.randint(0, 99999):05}",
                "country": country,
            },
        },
        "items": [],
        "tags": dice.sample(TAGS, dice.randint(0, 4)),
        "paid": dice.random() < 0.8,
        # An export that could not make up its mind.
        "score": dice.choice((dice.randint(0, 100), dice.randint(0, 100), dice.randint(0, 100), "n/a", None)),
        "device": {"os": dice.choice(("ios", "android", "windows", "linux")), "screen": [dice.choice((1080, 1920, 2560)), dice.choice((720, 1080, 1440))]},
    }
    total = 0
    for _ in range(dice.randint(1, 4)):
        price = dice.randint(99, 49_999) / 100
        quantity = dice.choice((1, 1, 1, 2, 3, 10))
        total += price * quantity
        item = {"sku": f"SKU-{dice.randint(0, 4999):05}", "quantity": quantity, "price": price}
        if dice.random() < 0.3:
            item["options"] = {"colour": dice.choice(("red", "green", "blue")), "size": dice.choice("SML")}
        made["items"].append(item)
    made["total"] = round(total, 2)
    if dice.random() < 0.25:
        made["coupon"] = f"SAVE{dice.choice((5, 10, 20))}"
    if dice.random() < 0.2:
        made["note"] = dice.choice(NOTES) or None
    return made


def write(folder, megabytes=122):
    """The same records as lines and as one array; the two paths."""
    lines, array = folder / "nested.jsonl", folder / "nested_array.json"
    if not (lines.exists() and array.exists()):
        dice, size, number = random.Random(11), 0, 0
        with open(lines, "w") as a, open(array, "w") as b:
            while size < megabytes * 1_000_000:
                text = json.dumps(record(number, dice), ensure_ascii=number % 2 == 0, separators=(",", ":"))
                a.write(text + "\n")
                b.write(("[" if number == 0 else ",\n") + text)
                size += len(text.encode()) + 1
                number += 1
            b.write("]\n")
    return lines, array
