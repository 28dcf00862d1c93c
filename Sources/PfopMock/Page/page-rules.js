// Rules with a switch each, and faults for a bucket at one press.

const pagePrefix = "page: ";

const book = { rules: [], rows: new Map(), faults: [], buckets: [] };

async function readRules() {
  book.rules = (await call("GET", "rules")).rules;
  soon(drawRules);
  soon(drawFaults);
}

/** Draws what is known, and what has become of it. */
function showRules(draw) {
  draw();
  readRules().catch((error) => say(error.message, true));
}

/** What can be switched on: all faults that the fixture's schema knows, and the status that SDKs try again. */
async function readFaults() {
  const [schema, { buckets }] = await Promise.all([call("GET", "schema"), call("GET", "buckets")]);
  const kinds = new Set();
  const search = (node) => {
    if (node === null || typeof node !== "object") return;
    for (const kind of node.properties?.fault?.enum ?? []) kinds.add(kind);
    if (node.fault?.enum) for (const kind of node.fault.enum) kinds.add(kind);
    for (const part of Object.values(node)) search(part);
  };
  search(schema);
  book.faults = [["status 599", { status: 599 }], ...[...kinds].map((kind) => [kind, { fault: kind }])];
  book.buckets = buckets.map((bucket) => bucket.name);
  if (document.getElementById("faults")) buildFaults(document.getElementById("view-faults"));
}

function buildRules(view) {
  view.append(
    element("table", { id: "rules" }, head("id", "name", "on", "taken", "definition", "actions"), element("tbody")),
    element("p", { id: "no-rules", class: "quiet" }),
  );
  book.rows.clear();
  drawRules();
}

function drawRules() {
  if (isHidden("rules")) return;
  const kept = new Map();
  for (const rule of book.rules) {
    const known = book.rows.get(rule.id) ?? ruleRow(rule);
    known.toggle.setAttribute("aria-checked", `${rule.enabled}`);
    known.toggle.textContent = rule.enabled ? "●" : "○";
    known.row.classList.toggle("off", !rule.enabled);
    known.taken.textContent = rule.taken.join(" · ");
    kept.set(rule.id, known);
  }
  book.rows = kept;
  arrange(
    document.querySelector("#rules tbody"),
    [...kept.values()].map((known) => known.row),
  );
  document.getElementById("no-rules").textContent = kept.size > 0 ? "" : text("noRules");
}

function ruleRow(rule) {
  const toggle = element("button", { type: "button", role: "switch", "aria-label": text("ruleSwitch", rule.id) });
  toggle.addEventListener("click", () => {
    const verb = toggle.getAttribute("aria-checked") === "true" ? "disable" : "enable";
    call("POST", `rules/${rule.id}/${verb}`, {})
      .then(readRules)
      .catch((error) => say(error.message, true));
  });
  const taken = element("span");
  const made = row({ "data-rule": rule.id }, [
    ["id", `${rule.id}`],
    ["name", foreign(rule.name ?? "–")],
    ["on", toggle],
    ["taken", taken],
    ["definition", element("code", {}, foreign(JSON.stringify(rule.definition)))],
    ["actions", button("remove", () => removeRule(rule.id), { "aria-label": `${text("remove")} ${rule.id}` })],
  ]);
  return { row: made, toggle, taken };
}

async function removeRule(id) {
  await call("DELETE", `rules/${id}`);
  await readRules();
}

const faultName = (fault, bucket) => `${pagePrefix}${fault} on ${bucket}`;

function buildFaults(view) {
  const had = document.getElementById("fault-bucket")?.value;
  const bucket = element("input", { id: "fault-bucket", list: "buckets", autocomplete: "off", spellcheck: "false" });
  bucket.value = had || (book.buckets[0] ?? "");
  bucket.addEventListener("input", () => soon(drawFaults));
  view.replaceChildren(
    element("label", { class: "field" }, text("faultsFor"), bucket),
    element("datalist", { id: "buckets" }, ...book.buckets.map((name) => element("option", { value: name }))),
    element("p", { class: "quiet" }, text("faultsHint")),
    element(
      "div",
      { id: "faults" },
      ...book.faults.map(([fault, then]) => {
        const toggle = element("button", { type: "button", "aria-pressed": "false", "data-fault": fault }, fault);
        toggle.addEventListener("click", () =>
          turnFault(fault, then, bucket).catch((error) => say(error.message, true)),
        );
        return toggle;
      }),
    ),
    element("h3", {}, text("faultOn")),
    element("ul", { id: "faults-on" }),
  );
  drawFaults();
}

async function turnFault(fault, then, field) {
  const bucket = field.value.trim();
  if (!bucket) {
    field.focus();
    throw new Error(text("bucketNeeded"));
  }
  const name = faultName(fault, bucket);
  const there = book.rules.find((rule) => rule.name === name);
  if (there) await call("DELETE", `rules/${there.id}`);
  else await call("POST", "rules?position=first", { name, when: { bucket }, then });
  await readRules();
}

function drawFaults() {
  if (isHidden("faults")) return;
  const bucket = document.getElementById("fault-bucket").value.trim();
  const names = new Set(book.rules.filter((rule) => rule.enabled).map((rule) => rule.name));
  for (const toggle of document.querySelectorAll("#faults button")) {
    toggle.setAttribute("aria-pressed", `${names.has(faultName(toggle.dataset.fault, bucket))}`);
  }
  const ours = book.rules.filter((rule) => rule.name?.startsWith(pagePrefix));
  const place = document.getElementById("faults-on");
  // Drawn anew only when it changes, so that a button keeps the focus.
  const key = ours.map((rule) => `${rule.id}`).join();
  if (place.dataset.key === key) return;
  place.dataset.key = key;
  place.replaceChildren(
    ...(ours.length === 0
      ? [element("li", { class: "quiet" }, text("noFaults"))]
      : ours.map((rule) =>
          element(
            "li",
            {},
            foreign(rule.name.slice(pagePrefix.length)),
            " ",
            button("takeOff", () => removeRule(rule.id), { "aria-label": `${text("takeOff")} ${rule.id}` }),
          ),
        )),
  );
}

readings.push(readRules, readFaults);
