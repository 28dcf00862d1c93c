// The journal, live: the newest requests that meet the filter.

const keptRequests = 10000;
const shownRequests = 500;
// Rows that are made for one drawing; what they leave out is filled in once it is calmer.
const burst = 60;

const journal = {
  // By number. The oldest leave first.
  entries: new Map(),
  fresh: [],
  shown: [],
  rows: new WeakMap(),
  isHeld: false,
  isStale: true,
  filter: { bucket: "", status: "", sdk: "" },
  statuses: new Set(),
  sdks: new Set(),
};

/** The product by which a client calls itself: `QiniuPython`, `curl`. */
const sdkOf = (entry) => (entry.userAgent ?? "").match(/^[^\s/(]{1,40}/)?.[0] ?? "–";

const statusMark = (status) =>
  element("span", { class: `status s${String(status)[0]}` }, status === 0 ? text("noAnswer") : `${status}`);

function takeRequest(entry) {
  // What has left the journal before it was told has a number and nothing else.
  if (entry.time === undefined || journal.entries.has(entry.number)) return;
  journal.entries.set(entry.number, entry);
  if (journal.entries.size > keptRequests) journal.entries.delete(journal.entries.keys().next().value);
  journal.fresh.push(entry);
  if (journal.fresh.length > 2 * shownRequests) journal.fresh.splice(0, shownRequests);
  noteChoice(journal.statuses, entry.status);
  noteChoice(journal.sdks, sdkOf(entry));
  soon(drawRequests);
}

function noteChoice(choices, value) {
  // A client could make up any number of names.
  if (choices.has(value) || choices.size >= 50) return;
  choices.add(value);
  soon(drawFilter);
}

async function readRequests() {
  // What comes meanwhile is put there; what was there may be another server's.
  journal.entries = new Map();
  const figures = readMetrics(await call("GET", "metrics"));
  const count = sum(figures, "pfop_mock_journal_entries") + sum(figures, "pfop_mock_journal_entries_left_total");
  const page = 500;
  let since = Math.max(0, count - keptRequests);
  const found = [];
  for (;;) {
    const answer = await call("GET", `requests?since=${since}&limit=${page}`);
    found.push(...answer.requests);
    since = answer.next;
    if (answer.requests.length < page) break;
  }
  // In their order, since the map keeps that in which they were put.
  const all = new Map([...found, ...journal.entries.values()].map((entry) => [entry.number, entry]));
  const sorted = [...all.values()].sort((one, other) => one.number - other.number).slice(-keptRequests);
  journal.entries = new Map(sorted.map((entry) => [entry.number, entry]));
  for (const entry of sorted) {
    noteChoice(journal.statuses, entry.status);
    noteChoice(journal.sdks, sdkOf(entry));
  }
  journal.isStale = true;
  soon(drawRequests);
}

function isWanted(entry) {
  const { bucket, status, sdk } = journal.filter;
  if (bucket && !(entry.bucket ?? "").includes(bucket)) return false;
  if (status && !(status.endsWith("xx") ? String(entry.status)[0] === status[0] : String(entry.status) === status))
    return false;
  return !sdk || sdkOf(entry) === sdk;
}

function buildRequests(view) {
  const bucket = element("input", {
    type: "search",
    id: "filter-bucket",
    placeholder: text("bucket"),
    "aria-label": text("bucket"),
  });
  bucket.value = journal.filter.bucket;
  const status = element("select", { id: "filter-status", "aria-label": text("status") });
  const sdk = element("select", { id: "filter-sdk", "aria-label": text("sdk") });
  for (const [name, field] of Object.entries({ bucket, status, sdk })) {
    field.addEventListener("input", () => {
      journal.filter[name] = field.value;
      journal.isStale = true;
      soon(drawRequests);
    });
  }
  const hold = button(journal.isHeld ? "goOn" : "hold", holdRequests, {
    id: "hold",
    "aria-pressed": `${journal.isHeld}`,
  });
  const clear = button("clear", async () => {
    await call("DELETE", "requests");
    journal.entries.clear();
    journal.isStale = true;
    soon(drawRequests);
  });
  view.append(
    element(
      "div",
      { class: "bar" },
      bucket,
      status,
      sdk,
      hold,
      clear,
      element("span", { id: "count", class: "quiet" }),
    ),
    element(
      "table",
      { id: "requests" },
      head("time", "status", "request", "source", "sdk", "decidedBy", "diagnosis"),
      element("tbody"),
    ),
    element("p", { id: "no-requests", class: "quiet" }),
  );
  journal.rows = new WeakMap();
  journal.isStale = true;
  drawFilter();
  drawRequests();
}

function holdRequests() {
  journal.isHeld = !journal.isHeld;
  const hold = document.getElementById("hold");
  hold.textContent = text(journal.isHeld ? "goOn" : "hold");
  hold.setAttribute("aria-pressed", `${journal.isHeld}`);
  journal.isStale = true;
  soon(drawRequests);
}

function drawFilter() {
  const classes = [...new Set([...journal.statuses].map((status) => `${String(status)[0]}xx`))].filter(
    (name) => name !== "0xx",
  );
  const statuses = [...classes.sort(), ...[...journal.statuses].sort((one, other) => one - other).map(String)];
  offer("filter-status", text("anyStatus"), statuses, journal.filter.status);
  offer("filter-sdk", text("anySDK"), [...journal.sdks].sort(), journal.filter.sdk);
}

function offer(id, all, values, chosen) {
  const field = document.getElementById(id);
  field.replaceChildren(
    element("option", { value: "" }, all),
    ...values.map((value) => element("option", { value }, value === "0" ? text("noAnswer") : visible(value))),
  );
  field.value = chosen;
}

function drawRequests() {
  if (journal.isHeld) return;
  if (isHidden("requests")) {
    journal.isStale = true;
    journal.fresh = [];
    return;
  }
  const fresh = journal.fresh.filter(isWanted).reverse();
  journal.fresh = [];
  if (journal.isStale) {
    journal.shown = [];
    const all = [...journal.entries.values()];
    for (let place = all.length - 1; place >= 0 && journal.shown.length < shownRequests; place -= 1) {
      if (isWanted(all[place])) journal.shown.push(all[place]);
    }
    journal.isStale = false;
  } else {
    journal.shown = [...fresh.slice(0, burst), ...journal.shown].slice(0, shownRequests);
    if (fresh.length > burst) drawWholeLater();
  }
  const body = document.querySelector("#requests tbody");
  arrange(body, journal.shown.map(requestRow));
  document.getElementById("count").textContent = text("shown", journal.shown.length, journal.entries.size);
  document.getElementById("no-requests").textContent =
    journal.shown.length > 0 ? "" : text(journal.entries.size > 0 ? "noMatch" : "none");
}

let calm;

function drawWholeLater() {
  clearTimeout(calm);
  calm = setTimeout(() => {
    journal.isStale = true;
    soon(drawRequests);
  }, 500);
}

function requestRow(entry) {
  const known = journal.rows.get(entry);
  if (known) return known;
  const open = element("button", { type: "button", class: "open" }, clockTime(entry.time));
  const source = [foreign(entry.bucket ?? ""), entry.bucket === undefined ? "" : " / ", foreign(entry.key ?? "")];
  const made = row({ "data-number": entry.number }, [
    ["time", open],
    ["status", statusMark(entry.status)],
    ["request", foreign(`${entry.method} ${entry.target}`)],
    ["source", ...source],
    ["sdk", foreign(sdkOf(entry))],
    ["decidedBy", foreign(entry.decidedBy)],
    ["diagnosis", foreign(entry.diagnosis ?? entry.remark ?? "")],
  ]);
  made.addEventListener("click", () => {
    // Who selects text does not want to leave it.
    if (getSelection().isCollapsed) openStory(entry.number);
  });
  journal.rows.set(entry, made);
  return made;
}

listeners.request.push(takeRequest);
readings.push(readRequests);
