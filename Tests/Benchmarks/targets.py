"""What is to be reached, and whether it was: ratios of one run, counts, and waits. Nothing here makes a run fail."""

MOCK, NGINX, GO = "pfop-mock", "nginx", "go"


class Target:
    """At most, or at least, so much of what `value` makes of the figures."""

    def __init__(self, name, limit, value, at_least=False):
        self.name, self.limit, self.value, self.at_least = name, limit, value, at_least

    def result(self, figures):
        """None where it was not measured; otherwise the value, and whether the target is met."""
        value = self.value(figures)
        if value is None:
            return None
        return value, (value >= self.limit if self.at_least else value <= self.limit)

    def rule(self):
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


def beside(measurement, figure, nginx, go, at_least=False):
    """Two targets: the ratio to each peer."""
    for peer, limit in ((NGINX, nginx), (GO, go)):
        name = f"{measurement}: {figure}, {MOCK} / {peer}"
        ratio = _least_ratio if figure == "p99" else _ratio
        yield Target(name, limit, ratio(measurement, figure, MOCK, peer), at_least)


def _ratio(measurement, figure, subject, other):
    return lambda figures: figures.ratio(measurement, figure, subject, other)


def _median(measurement, figure, subject):
    return lambda figures: figures.median(measurement, figure, subject)


def _least(measurement, figure, subject):
    """Of a wait: other programs on the machine only make it longer, and a stall of our own comes in every round."""
    return lambda figures: min(figures.values[measurement, figure, subject])


def _least_ratio(measurement, figure, subject, other):
    def ratio(figures):
        waits, others = (figures.values.get((measurement, figure, each)) for each in (subject, other))
        return min(waits) / min(others) if waits and others else None

    return ratio


def _memory_beside_nginx(figures):
    """What is left of the memory without the journal's own octets."""
    small, nginx = (figures.median("memory", "RSS after load", each) for each in ("pfop-mock, journal of 1", NGINX))
    return small / nginx if small and nginx else None


def all_targets(figures):
    yield from beside("load", "CPU per request", 1.0, 0.33)
    yield from beside("load", "requests", 1.0, 2.8, at_least=True)
    yield from beside("load", "p99", 1.25, 0.2)
    yield from beside("pipelined", "requests", 5, 15, at_least=True)
    yield from beside("start", "exec to first answer", 0.6, 2)
    yield Target("memory: RSS without the journal, pfop-mock / nginx", 1.0, _memory_beside_nginx)
    yield Target("memory: RSS, pfop-mock / go", 1.5, _ratio("memory", "RSS after load", MOCK, GO))
    yield from beside("idle", "memory per connection", 0.5, 0.02)
    yield from beside("tls", "requests", 1.0, 1.6, at_least=True)
    yield from beside("tls", "CPU per handshake", 1.05, 0.85)
    for measurement, subject in dict.fromkeys((measurement, subject) for measurement, _, subject in figures.values):
        if not measurement.startswith("growth: "):
            continue
        # A file of every request is more work, which has been asked for.
        if subject not in ("empty", "journal to a file"):
            ratio = _ratio(measurement, "CPU per request", subject, "empty")
            yield Target(f"{measurement}: CPU per request", 1.3, ratio)
    for _, figure, subject in list(figures.values):
        if figure == "memory per job":
            yield Target(f"memory per job, bytes ({subject})", 300, _median("growth", figure, subject))
    for figure in ("p50", "p99"):
        # "Nothing" is within what a machine repeats itself by.
        for fault, other in (("1 % answered 599", "none"), ("1 % reset", "1 % that close")):
            yield Target(
                f"faults: {figure} of the others, {fault} / {other}", 1.05, _least_ratio("faults", figure, fault, other)
            )
    yield Target(
        "fairness: p99 of 63 beside a flood", 2, _least_ratio("fairness", "p99 of 63", f"{MOCK}, flooded", MOCK)
    )
    for measurement, figure, subject in list(figures.values):
        if (measurement, figure) == ("stalls", "longest wait") and subject != "nothing":
            yield Target(f"stalls: longest wait in ms, {subject}", 5, _least(measurement, figure, subject))
    for subject in ("one at a time", "16 pipelined"):
        # What is left are tables that grow, once in thousands of requests.
        yield Target(f"allocations on the loop, {subject}", 0.01, _median("allocations", "on the event loop", subject))
