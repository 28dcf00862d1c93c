"""Makes the tables of Measurements.md of what `scripts/bench --json` has said: article.py FILE."""

import json
import sys

from report import number
from targets import GO, MOCK, NGINX


def main():
    with open(sys.argv[1]) as file:
        document = json.load(file)
    print("\n".join(lines(document)))


def lines(document):
    yield from (f"- {name}: {document[name]}" for name in ("date", "command", "commit", "machine", "versions"))
    rows = {(row["measurement"], row["figure"], row["subject"]): row for row in document["figures"]}
    beside = [key for key in dict.fromkeys(key[:2] for key in rows) if (*key, GO) in rows]
    yield from ("", f"| medians beside peers | unit | {MOCK} | nginx | Go |", "|---|---|---|---|---|")
    for measurement, figure in beside:
        each = [rows[measurement, figure, subject] for subject in (MOCK, NGINX, GO)]
        values = " | ".join(number(row["median"]) for row in each)
        yield f"| {measurement}: {figure} | {each[0]['unit']} | {values} |"
    yield from ("", "| others | unit | median | least | most |", "|---|---|---|---|---|")
    for (measurement, figure, subject), row in rows.items():
        if (measurement, figure) not in beside or subject not in (MOCK, NGINX, GO):
            values = " | ".join(number(row[name]) for name in ("median", "min", "max"))
            yield f"| {measurement}: {figure}, {subject} | {row['unit']} | {values} |"
    yield from ("", "| target | limit | measured | |", "|---|---|---|---|")
    for target in document["targets"]:
        verdict = "met" if target["met"] else "not met"
        limit = target["limit"].replace("<=", "≤").replace(">=", "≥")
        yield f"| {target['name']} | {limit} | {number(target['value'])} | {verdict} |"


if __name__ == "__main__":
    main()
