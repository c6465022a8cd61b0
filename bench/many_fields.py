"""Files with many columns, named as tables have them. Shared by the benchmarks."""

import os

NOUNS = """customer order invoice product account payment shipment address contact employee supplier warehouse
store region country city street postal phone email birth gender status category segment channel campaign
session device browser event visit click amount price cost tax discount quantity weight height width volume
currency rate balance credit debit limit score rank rating review comment note message ticket agent contract
policy claim premium coverage vehicle driver route stop trip distance duration speed temperature humidity
pressure sensor station reading signal voltage current power energy meter tariff flight airport carrier gate
delay departure arrival seat passenger booking hotel room night guest patient doctor diagnosis treatment drug
dose lab sample test result specimen gene protein sequence""".split()
PARTS = """id key code name type date time year month day count total sum mean min max flag first last start end
created updated deleted valid source target parent child group level value text number index hash version""".split()


def names(dice, count):
    """Column names as tables have them: few words, many combinations, some of them everywhere."""
    found = ["id", "created_at", "updated_at"]
    seen = set(found)
    while len(found) < count:
        words = [dice.choice(NOUNS)]
        if dice.random() < 0.5:
            words.append(dice.choice(NOUNS))
        words.append(dice.choice(PARTS))
        name = "_".join(words)
        if dice.random() < 0.3:
            name = "".join([words[0], *(word.capitalize() for word in words[1:])])
        if name in seen:
            name = f"{name}_{dice.randrange(1000)}"
        if name not in seen:
            seen.add(name)
            found.append(name)
    return found


def drop(folder, dictionaries, fields, dice):
    for number in range(dictionaries):
        columns = names(dice, fields)
        words = [dice.choice(NOUNS), dice.choice(NOUNS)]
        # A letter behind the number: these are no versions of one series.
        path = os.path.join(folder, f"{words[0]}_{words[1]}_{number}x.csv")
        with open(path + ".part", "w") as out:
            out.write(",".join(columns) + "\n")
            for row in range(5):
                cells = []
                for at in range(len(columns)):
                    kind = at % 4
                    cells.append(
                        str(row * 7 + at) if kind == 0
                        else f"2026-01-{row + 1:02}" if kind == 1
                        else dice.choice(NOUNS) if kind == 2
                        else f"{row}.{at}"
                    )
                out.write(",".join(cells) + "\n")
        os.rename(path + ".part", path)
