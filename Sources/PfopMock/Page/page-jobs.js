// The newest jobs on a time line, and buttons to lead them.

const shownJobs = 100;

const work = {
  // By id, as text. What is told of each, and when its phases were seen to begin.
  jobs: new Map(),
  rows: new Map(),
  isDirty: false,
  isReading: false,
};

const phaseNames = ["waiting", "processing", "finished"];

function takeJob(happening) {
  const id = String(happening.id);
  let job = work.jobs.get(id);
  // No job goes back: after a reset it is another one of the same id.
  if (!job || phaseNames.indexOf(job.phase) > phaseNames.indexOf(happening.phase)) {
    job = { id, bucket: happening.bucket, key: happening.key, seen: {} };
  }
  job.phase = happening.phase;
  job.seen[happening.phase] = Date.parse(happening.at);
  latestTold = Math.max(latestTold, job.seen[happening.phase]);
  work.jobs.set(id, job);
  if (work.jobs.size > 4 * shownJobs) work.jobs.delete(work.jobs.keys().next().value);
  soon(drawJobs);
  readJobsSoon();
}

/** What events leave out is asked for, for all jobs at once and not more than once a second. */
function readJobsSoon() {
  work.isDirty = true;
  if (work.isReading) return;
  work.isReading = true;
  setTimeout(async () => {
    work.isDirty = false;
    try {
      await readJobs();
    } catch (error) {
      say(error.message, true);
    }
    setTimeout(() => {
      work.isReading = false;
      if (work.isDirty) readJobsSoon();
    }, 1000);
  }, 50);
}

async function readJobs() {
  const next = readMetrics(await call("GET", "metrics")).find((sample) => sample.name === "pfop_mock_next_id");
  const first = next ? BigInt(next.text) - BigInt(shownJobs) - 1n : 0n;
  const { jobs } = await call("GET", `jobs?since=${first > 0n ? first : 0n}&limit=${shownJobs}`);
  const before = work.jobs;
  work.jobs = new Map();
  for (const told of jobs) {
    const id = String(told.id);
    const seen = before.get(id)?.seen ?? {};
    const created = Date.parse(told.status.creationDate);
    latestTold = Math.max(latestTold, created);
    // What was seen before that was another job's.
    const job = { id, created, seen: Object.values(seen).every((time) => time >= created) ? seen : {} };
    Object.assign(job, {
      phase: told.phase,
      bucket: told.status.inputBucket,
      key: told.status.inputKey,
      code: told.status.code,
    });
    Object.assign(job, { notification: told.notification, due: told.due && Date.parse(told.due) });
    work.jobs.set(id, job);
  }
  soon(drawJobs);
}

function buildJobs(view) {
  view.append(
    element(
      "p",
      { class: "quiet" },
      text("newest", shownJobs),
      " ",
      ...["waiting", "processing", "success", "failed"].map((key) =>
        element("span", { class: `legend ${key}` }, text(key)),
      ),
    ),
    element(
      "table",
      { id: "jobs" },
      head("job", "source", "phase", "notification", "timeline", "actions"),
      element("tbody"),
    ),
    element("p", { id: "no-jobs", class: "quiet" }),
  );
  work.rows.clear();
  drawJobs();
}

/** How a job stands, as one word. */
const standing = (job) =>
  job.phase !== "finished" ? job.phase : job.code === undefined ? "finished" : job.code === 3 ? "failed" : "success";

function drawJobs() {
  if (isHidden("jobs")) return;
  const jobs = [...work.jobs.values()]
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? 1 : -1))
    .slice(0, shownJobs);
  const now = serviceNow();
  const times = jobs.flatMap((job) => [job.created, ...Object.values(job.seen), job.due]).filter(Number.isFinite);
  const span = { start: Math.min(now, ...times), end: Math.max(now, ...times) + 500, now };
  const kept = new Map();
  for (const job of jobs) {
    const known = work.rows.get(job.id) ?? jobRow(job.id);
    showJob(known, job, span);
    kept.set(job.id, known);
  }
  work.rows = kept;
  arrange(
    document.querySelector("#jobs tbody"),
    [...kept.values()].map((known) => known.row),
  );
  document.getElementById("no-jobs").textContent = jobs.length > 0 ? "" : text("none");
}

function jobRow(id) {
  const steer = (verb) =>
    button(
      verb,
      async () => {
        await call("POST", `jobs/${id}/${verb}`, {});
        readJobsSoon();
      },
      { "aria-label": `${text(verb)} ${id}`, "data-verb": verb },
    );
  const made = {
    source: element("span"),
    phase: element("span"),
    notification: element("span"),
    line: element("div"),
    buttons: ["finish", "fail", "advance"].map(steer),
  };
  made.row = row({ "data-job": id }, [
    ["job", id],
    ["source", made.source],
    ["phase", made.phase],
    ["notification", made.notification],
    ["timeline", made.line],
    ["actions", ...made.buttons],
  ]);
  return made;
}

function showJob(made, job, span) {
  const now = standing(job);
  if (!made.source.firstChild) made.source.append(foreign(job.bucket ?? ""), " / ", foreign(job.key ?? ""));
  made.phase.textContent = text(now);
  made.phase.className = `legend ${now}`;
  made.notification.textContent = job.notification && job.notification !== "none" ? text(job.notification) : "";
  for (const one of made.buttons) one.hidden = job.phase === "finished";
  made.line.replaceChildren(timeLine(job, span));
}

/** From where the job began to where it stands, and faintly to what happens next. */
function timeLine(job, { start, end, now }) {
  const place = (time) => ((time - start) / Math.max(1, end - start)) * 1000;
  const drawing = shape("svg", { viewBox: "0 0 1000 16", preserveAspectRatio: "none", class: "timeline", role: "img" });
  drawing.append(shape("title", {}, `${text(standing(job))}`));
  const bar = (kind, from, to) => {
    const [left, right] = [place(from), place(to)];
    drawing.append(shape("rect", { class: kind, x: left, y: 4, width: Math.max(3, right - left), height: 8 }));
  };
  const begun = job.created ?? job.seen.waiting ?? job.seen.processing ?? job.seen.finished ?? now;
  const { processing, finished } = job.seen;
  const over = finished ?? (job.phase === "finished" ? (processing ?? begun) : now);
  bar("waiting", begun, Math.min(processing ?? (job.phase === "processing" ? begun : over), over));
  if (job.phase !== "waiting") bar("processing", processing ?? begun, over);
  if (job.phase === "finished") bar(standing(job), over, over);
  else if (job.due > over) bar(`${job.phase} ahead`, over, job.due);
  drawing.append(shape("line", { class: "now", x1: place(now), x2: place(now), y1: 0, y2: 16 }));
  return drawing;
}

listeners.job.push(takeJob);
readings.push(readJobs);
