// Elements are made here and nowhere else: text becomes text, whatever it looks like.

/** An element with properties (`on…` listens, others are attributes) and children: elements or texts. */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

/** An element of a drawing. */
function shape(name, properties = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(properties)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** What somebody else wrote, in an element that keeps its direction to itself. */
function foreign(value, properties = {}) {
  return element("bdi", { dir: "ltr", ...properties }, visible(value));
}

// Control characters, and what turns the direction of text or cannot be seen.
const unseen = new RegExp(
  "[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u180e\\u200b-\\u200f\\u2028-\\u202e" +
    "\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]",
  "g",
);

/** The text with escapes in the place of what cannot be seen, or would hide or turn what can be. */
function visible(value) {
  return String(value ?? "").replace(unseen, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\r") return "";
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** A button; while what it does is under way it cannot be pressed again. */
function button(key, act, properties = {}) {
  const made = element("button", { type: "button", ...properties }, text(key));
  made.addEventListener("click", async (event) => {
    event.stopPropagation();
    made.disabled = true;
    try {
      await act(made);
    } catch (error) {
      say(error.message, true);
    } finally {
      made.disabled = false;
    }
  });
  return made;
}

/** A table's head. */
function head(...keys) {
  return element(
    "thead",
    {},
    element("tr", {}, ...keys.map((key) => element("th", { scope: "col" }, key && text(key)))),
  );
}

/** A table's row; on a narrow screen each cell stands below its name. */
function row(properties, cells) {
  const made = element("tr", properties);
  for (const [key, ...content] of cells)
    made.append(element("td", { class: `c-${key}`, "data-name": text(key) }, ...content));
  return made;
}

/** Puts rows into a body in the order given, keeping those that are there. */
function arrange(body, rows) {
  let place = body.firstChild;
  for (const one of rows) {
    if (one === place) place = place.nextSibling;
    else body.insertBefore(one, place);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** Hours to milliseconds, as the server tells them: in its own zone. */
function clockTime(time) {
  return String(time ?? "").slice(11, 23);
}

let messageTimer;

/** Tells how something went. */
function say(message, isError = false) {
  const place = document.getElementById("message");
  place.textContent = visible(message);
  place.className = isError ? "error" : "";
  clearTimeout(messageTimer);
  messageTimer = setTimeout(() => (place.textContent = ""), isError ? 15000 : 5000);
}

// Whatever changes, the screen is drawn once a frame and not more than ten times a second; where drawing takes long,
// less often.
const pending = new Set();
let nextDrawing = 0;
let isDrawingPlanned = false;

/** Has `draw` called with the next drawing, once however often it is asked for. */
function soon(draw) {
  pending.add(draw);
  if (isDrawingPlanned) return;
  isDrawingPlanned = true;
  setTimeout(() => requestAnimationFrame(drawPending), Math.max(0, nextDrawing - performance.now()));
}

function drawPending() {
  isDrawingPlanned = false;
  const begun = performance.now();
  const draws = [...pending];
  pending.clear();
  for (const draw of draws) draw();
  // The layout that follows costs about as much again.
  nextDrawing = begun + Math.max(100, 6 * (performance.now() - begun));
}
