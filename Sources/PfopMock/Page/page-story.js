// All there is to one request, in a dialog.

/** Opens the story of an entry of the journal, known by its number. */
async function openStory(number) {
  let story;
  try {
    story = await call("GET", `requests/${number}`);
  } catch (error) {
    return say(error.status === 404 ? text("gone") : error.message, true);
  }
  const dialog = element("dialog", { id: "story", "aria-labelledby": "story-title" });
  const close = button("close", () => dialog.close(), { class: "close", autofocus: true });
  const { line, isWhole } = curlLine(story, (story.tls ? settings.tlsUrl : settings.url) ?? location.origin);
  const shownLine = element("pre", { id: "curl", tabindex: "0" }, visible(line));
  const copying = button(
    "copyAsCurl",
    async () => {
      const isCopied = await copy(line, shownLine);
      say(text(isCopied ? "copied" : "notCopied"), !isCopied);
    },
    { id: "copy-curl" },
  );
  dialog.append(
    element(
      "div",
      { class: "bar" },
      element("h2", { id: "story-title" }, text("story", visible(story.reqid))),
      copying,
      close,
    ),
    facts(story),
    way(story),
    ...message(text("asSent"), story.request),
    ...message(text("asAnswered"), story.answer),
    passage(story),
    element("h3", {}, text("curl")),
    shownLine,
    isWhole ? "" : element("p", { class: "remark" }, text("cut", story.request.kept, story.request.octets)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  // A press beside it closes it.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}

/** What is told in words, as a list of names and values. */
function list(pairs) {
  const made = element("dl");
  for (const [name, value] of pairs) {
    if (value !== undefined && value !== "") made.append(element("dt", {}, name), element("dd", {}, value));
  }
  return made;
}

function facts(story) {
  const fields = [
    "userAgent",
    "accessKey",
    "authorization",
    "bucket",
    "key",
    "fops",
    "pipeline",
    "notifyURL",
    "id",
    "attempt",
    "remark",
  ];
  return list([
    [text("status"), statusMark(story.status)],
    [text("time"), story.time],
    [text("decidedBy"), foreign(story.decidedBy)],
    [text("diagnosis"), story.diagnosis && foreign(story.diagnosis)],
    ...fields.map((name) => [name, story[name] !== undefined && foreign(story[name])]).filter(([, value]) => value),
  ]);
}

function way(story) {
  const rows = story.tried.map((trial) =>
    row({ class: trial.verdict }, [
      [trial.rule === undefined ? "check" : "rule", foreign(trial.check ?? trial.rule)],
      ["verdict", text(trial.verdict)],
      ["why", foreign(trial.reason ?? "")],
    ]),
  );
  return element(
    "section",
    {},
    element("h3", {}, text("way")),
    element("table", {}, head("check", "verdict", "why"), element("tbody", {}, ...rows)),
  );
}

/** Octets as they came or left. */
function message(title, message) {
  const shown = message.text ?? octets(bytesOf(message.base64 ?? ""));
  const remarks = [];
  if (message.text === undefined) remarks.push(text("binary"));
  if (message.unchunked) remarks.push(text("unchunked"));
  if (message.kept !== undefined) remarks.push(text("cut", message.kept, message.octets));
  return [
    element("h3", {}, title),
    ...remarks.map((remark) => element("p", { class: "remark" }, remark)),
    element("pre", { tabindex: "0", dir: "ltr" }, visible(shown)),
  ];
}

function passage(story) {
  const spent = story.microseconds;
  const took = ["received", "deciding", "sending"]
    .map((key) => [key, spent[key === "received" ? "receiving" : key]])
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${text(key)} ${value} µs`);
  return list([
    [text("timing"), took.join(" · ")],
    [text("end"), `${story.answer.end} · ${text("sentOctets", story.answer.sent)}`],
    [text("steps"), story.answer.steps && foreign(story.answer.steps.join(" → "))],
  ]);
}
