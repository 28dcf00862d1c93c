"""Keeps what was measured, round by round, and says medians, spreads and ratios of it."""

import statistics


class Figures:
    """Values by measurement, figure and subject, in the order they came."""

    def __init__(self):
        self.values, self.units = {}, {}

    def add(self, measurement, figure, subject, unit, value):
        self.values.setdefault((measurement, figure, subject), []).append(value)
        self.units[(measurement, figure)] = unit

    def median(self, measurement, figure, subject):
        values = self.values.get((measurement, figure, subject))
        return statistics.median(values) if values else None

    def ratio(self, measurement, figure, subject, other):
        """The median of the rounds' ratios: what a noisy machine does to a round it does to both."""
        values, bases = (self.values.get((measurement, figure, each), []) for each in (subject, other))
        ratios = [value / base for value, base in zip(values, bases) if base]
        return statistics.median(ratios) if ratios else None

    def rows(self):
        """Each figure of each subject: measurement, figure, subject, unit, median, min, max, rounds."""
        for (measurement, figure, subject), values in self.values.items():
            yield {
                "measurement": measurement,
                "figure": figure,
                "subject": subject,
                "unit": self.units[(measurement, figure)],
                "median": statistics.median(values),
                "min": min(values),
                "max": max(values),
                "rounds": len(values),
            }
