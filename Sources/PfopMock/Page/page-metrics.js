// Counts over the last minutes, as small drawings.

const metricsPeriod = 2000;
const sampleCount = 60;

/** Prometheus' text format, as far as this server uses it. */
function readMetrics(content) {
  const samples = [];
  for (const line of content.split("\n")) {
    const parts = line.match(/^(\w+)(?:\{(.*)\})? (\S+)$/);
    if (!parts) continue;
    const labels = Object.fromEntries(
      [...(parts[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name, value]),
    );
    samples.push({ name: parts[1], labels, text: parts[3], value: Number(parts[3]) });
  }
  return samples;
}

const sum = (samples, name, select = () => true) =>
  samples
    .filter((sample) => sample.name === name && select(sample.labels))
    .reduce((total, sample) => total + sample.value, 0);

const statusClasses = ["2", "3", "4", "5", "0"];

const charts = [
  {
    key: "perSecond",
    isRate: true,
    kinds: statusClasses.map((name) => `s${name}`),
    figures: (samples) =>
      statusClasses.map((name) =>
        sum(
          samples,
          "pfop_mock_requests_total",
          ({ status }) => status[0] === name || (name === "5" && status[0] > "5"),
        ),
      ),
  },
  {
    key: "jobsNow",
    isRate: false,
    kinds: phaseNames,
    figures: (samples) => phaseNames.map((phase) => sum(samples, "pfop_mock_jobs", (labels) => labels.phase === phase)),
  },
  {
    key: "deliveries",
    isRate: true,
    kinds: ["delivered", "failed", "suppressed"],
    figures: (samples) =>
      ["delivered", "failed", "suppressed"].map((outcome) =>
        sum(samples, "pfop_mock_notifications_total", (labels) => labels.outcome === outcome),
      ),
  },
];

const labelsOf = { s2: "2xx", s3: "3xx", s4: "4xx", s5: "5xx", s0: "0" };

// How many requests and jobs the server had.
let lastKept;

async function readCharts() {
  const samples = readMetrics(await call("GET", "metrics"));
  // No event tells that something was forgotten.
  const kept = ["pfop_mock_journal_entries", "pfop_mock_jobs"].map((name) => sum(samples, name));
  if (lastKept?.some((count, place) => count > kept[place])) readAll();
  lastKept = kept;
  const now = performance.now();
  for (const chart of charts) {
    const figures = chart.figures(samples);
    const { last } = chart;
    chart.last = { figures, now };
    chart.history ??= [];
    if (chart.isRate && !last) continue;
    // Counts that begin anew are no rate.
    const values = chart.isRate
      ? figures.map((figure, place) => Math.max(0, figure - last.figures[place]) / ((now - last.now) / 1000))
      : figures;
    chart.history = [...chart.history, values].slice(-sampleCount);
  }
  soon(drawCharts);
}

function drawCharts() {
  document.getElementById("charts").replaceChildren(...charts.map(drawChart));
}

const rounded = (value) =>
  value >= 100 || Number.isInteger(value) ? Math.round(value).toLocaleString("en") : value.toFixed(1);

function drawChart(chart) {
  const history = chart.history ?? [];
  const latest = history.at(-1) ?? chart.kinds.map(() => 0);
  const most = Math.max(1, ...history.map((values) => values.reduce((total, value) => total + value, 0)));
  const drawing = shape("svg", { viewBox: "0 0 240 40", preserveAspectRatio: "none", "aria-hidden": "true" });
  history.forEach((values, index) => {
    let level = 40;
    values.forEach((value, place) => {
      const height = (value / most) * 38;
      level -= height;
      if (height > 0)
        drawing.append(
          shape("rect", {
            class: chart.kinds[place],
            x: (sampleCount - history.length + index) * 4,
            y: level,
            width: 3,
            height,
          }),
        );
    });
  });
  const legend = chart.kinds
    .map((kind, place) => [kind, latest[place]])
    .filter(([, value]) => value > 0)
    .map(([kind, value]) =>
      element("span", { class: `legend ${kind}` }, `${labelsOf[kind] ?? text(kind)} ${rounded(value)}`),
    );
  const total = rounded(latest.reduce((all, value) => all + value, 0));
  return element(
    "figure",
    { "data-chart": chart.key },
    element("figcaption", {}, text(chart.key), " ", element("b", {}, total), ...legend),
    drawing,
  );
}
