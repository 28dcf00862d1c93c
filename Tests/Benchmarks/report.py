"""Says what was measured: tables for people, one JSON document for machines."""

import json

from targets import all_targets


def tables(header, figures):
    """The head, every figure, every target."""
    lines = [f"{name:<9} {value}" for name, value in header.items()]
    lines += ["", f"{'measurement':<32} {'figure':<24} {'subject':<37} {'median':>11} {'min':>11} {'max':>11}  unit"]
    previous = None
    for row in sorted_rows(figures):
        head = (row["measurement"], row["figure"])
        first, second = ("", "") if head == previous else head
        if previous and previous[0] == head[0]:
            first = ""
        numbers = " ".join(f"{number(row[name]):>11}" for name in ("median", "min", "max"))
        lines.append(f"{first:<32} {second:<24} {row['subject']:<37} {numbers}  {row['unit']}")
        previous = head
    reached = [(target, result) for target in all_targets(figures) if (result := target.result(figures))]
    if reached:
        lines += ["", f"{'target':<64} {'limit':>8} {'measured':>9}"]
        for target, (value, is_met) in reached:
            lines.append(f"{target.name:<64} {target.rule():>8} {number(value):>9}  {'met' if is_met else 'not met'}")
    return "\n".join(lines)


def document(header, figures):
    targets = []
    for target in all_targets(figures):
        if result := target.result(figures):
            targets.append({"name": target.name, "limit": target.rule(), "value": result[0], "met": result[1]})
    return json.dumps(
        {**header, "figures": list(sorted_rows(figures)), "targets": targets}, indent=2, ensure_ascii=False
    )


def sorted_rows(figures):
    """Figures of one measurement beside each other, measurements in the order they were begun."""
    rows = list(figures.rows())
    begun = list(dict.fromkeys(row["measurement"] for row in rows))
    asked = list(dict.fromkeys((row["measurement"], row["figure"]) for row in rows))
    return sorted(
        rows, key=lambda row: (begun.index(row["measurement"]), asked.index((row["measurement"], row["figure"])))
    )


def number(value):
    """Three digits that say something."""
    if value >= 1000:
        return f"{value:,.0f}"
    places = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:.{places}f}"
