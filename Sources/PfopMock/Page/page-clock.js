// What runs, and the service's clock.

let settings = {};
// By how much the service's clock goes before that of this machine, in milliseconds.
let clockLead = 0;

// The latest time that was told of: somebody else may have moved a held clock since the settings were read.
let latestTold = 0;

/** The service's time, in milliseconds since 1970. */
const serviceNow = () => (settings.clock === "manual" ? latestTold : Date.now() + clockLead);

async function readSettings() {
  settings = await call("GET", "settings");
  latestTold = Date.parse(settings.now);
  clockLead = latestTold - Date.now();
  document.getElementById("version").textContent = settings.version;
  showClock();
}

function buildClock() {
  const place = document.getElementById("clock");
  const by = element("input", {
    id: "advance-by",
    value: "10s",
    size: "6",
    "aria-label": text("by"),
    autocomplete: "off",
  });
  const form = element(
    "form",
    { id: "advance" },
    by,
    element("button", { type: "submit", "aria-label": text("advanceClock") }, text("advance")),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const moved = await call("POST", "clock/advance", { by: by.value.trim() });
      say(text("moved", moved.events, moved.deliveries));
      await readSettings();
      readJobsSoon();
    } catch (error) {
      say(error.message, true);
    }
  });
  place.replaceChildren(element("span", { id: "clock-text" }), form);
  showClock();
}

function showClock() {
  const isManual = settings.clock === "manual";
  const label = text(isManual ? "clockHeld" : "clockRuns");
  const time = clockTime(settings.now).slice(0, isManual ? 12 : 8);
  const shown = settings.now ? `${label} ${settings.now.slice(0, 10)} ${time}` : "";
  document.getElementById("clock-text").textContent = shown;
  document.getElementById("advance").hidden = !isManual;
}

readings.push(readSettings);
