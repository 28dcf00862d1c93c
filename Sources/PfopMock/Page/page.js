// What stands where, keys, and the beginning of everything.

const views = [
  ["requests", buildRequests, drawRequests],
  ["jobs", buildJobs, drawJobs],
  ["notifications", buildDeliveries, drawDeliveries],
  ["rules", buildRules, () => showRules(drawRules)],
  ["faults", buildFaults, () => showRules(drawFaults)],
];

// No id of an element: browsers would take that for where the keyboard begins.
let chosenView = views.find(([name]) => `#/${name}` === location.hash)?.[0] ?? "requests";

function isHidden(name) {
  return name !== chosenView;
}

function choose(name, isFocused = false) {
  chosenView = name;
  history.replaceState(null, "", `#/${name}`);
  for (const [each, , draw] of views) {
    const tab = document.getElementById(`tab-${each}`);
    const isChosen = each === name;
    tab.setAttribute("aria-selected", `${isChosen}`);
    tab.tabIndex = isChosen ? 0 : -1;
    document.getElementById(`view-${each}`).hidden = !isChosen;
    if (!isChosen) continue;
    if (isFocused) tab.focus();
    draw();
  }
}

function build() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = text(place.dataset.text);
  for (const place of document.querySelectorAll("[data-label]"))
    place.setAttribute("aria-label", text(place.dataset.label));
  document.getElementById("language").value = language;
  tell(document.getElementById("connection").dataset.key ?? "connecting");
  const tabs = views.map(([name]) => {
    const tab = element(
      "button",
      { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}` },
      text(name),
    );
    tab.addEventListener("click", () => choose(name));
    return tab;
  });
  document.getElementById("tabs").replaceChildren(...tabs);
  const panels = views.map(([name]) =>
    element("section", { role: "tabpanel", id: `view-${name}`, "aria-labelledby": `tab-${name}` }),
  );
  document.getElementById("main").replaceChildren(...panels, element("p", { class: "quiet keys" }, text("keys")));
  views.forEach(([, make], place) => make(panels[place]));
  buildClock();
  drawCharts();
  choose(chosenView);
}

/** Moves the focus to the next or the previous row's first button. */
function moveInRows(step) {
  const rows = [...document.querySelectorAll(`#view-${chosenView} tbody tr`)];
  const place = rows.indexOf(document.activeElement?.closest("tr"));
  const next = rows[place < 0 ? (step > 0 ? 0 : rows.length - 1) : place + step];
  next?.querySelector("button:not([hidden])")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const { target, key } = event;
  if (target.closest("input, select, textarea")) {
    if (key === "Escape") target.blur();
    return;
  }
  if (target.role === "tab" && (key === "ArrowLeft" || key === "ArrowRight")) {
    const place = views.findIndex(([name]) => name === chosenView) + (key === "ArrowRight" ? 1 : views.length - 1);
    choose(views[place % views.length][0], true);
  } else if (key >= "1" && key <= `${views.length}`) choose(views[key - 1][0], true);
  else if (key === "/") {
    choose("requests");
    document.getElementById("filter-bucket").focus();
  } else if (key === "p") holdRequests();
  else if (key === "ArrowDown" || key === "ArrowUp") moveInRows(key === "ArrowDown" ? 1 : -1);
  else return;
  event.preventDefault();
});

document.getElementById("language").addEventListener("change", (event) => {
  language = event.target.value;
  localStorage.setItem("language", language);
  build();
  document.getElementById("language").focus();
});

build();
listen();

// What no event tells is asked for now and then, while somebody looks.
setInterval(() => {
  if (document.hidden || document.getElementById("connection").dataset.key !== "live") return;
  const asked = [readCharts(), readSettings()];
  if (["rules", "faults"].includes(chosenView)) asked.push(readRules());
  if (chosenView === "jobs") soon(drawJobs);
  // A server that is gone is told by the events already.
  Promise.all(asked).catch((error) => error instanceof Refusal && say(error.message, true));
}, metricsPeriod);
readCharts().catch((error) => error instanceof Refusal && say(error.message, true));
