// What happens, as it happens: server-sent events, read by hand since EventSource sends no Authorization.

/** Takes a stream of events apart (WHATWG HTML, section 9.2.6); lines here end in LF alone. */
class EventReader {
  constructor(onEvent) {
    this.onEvent = onEvent;
    this.rest = "";
    this.kind = "";
    this.data = "";
    this.lastID = undefined;
  }

  take(piece) {
    const lines = (this.rest + piece).split("\n");
    this.rest = lines.pop();
    for (const line of lines) this.takeLine(line);
  }

  takeLine(line) {
    if (line === "") {
      if (this.data) this.onEvent(this.kind, this.data);
      this.kind = "";
      this.data = "";
    } else if (line.startsWith("data: ")) this.data += line.slice(6);
    else if (line.startsWith("event: ")) this.kind = line.slice(7);
    else if (line.startsWith("id: ")) this.lastID = line.slice(4);
  }

  /** What was cut off is told anew. */
  begin() {
    this.rest = this.kind = this.data = "";
  }
}

const listeners = { request: [], job: [], notification: [] };
// Have the lists read anew: at the start, and when events were missed.
const readings = [];

function tell(key) {
  const place = document.getElementById("connection");
  place.textContent = text(key);
  place.className = key;
  place.dataset.key = key;
}

/** Listens for as long as the page is there. */
async function listen() {
  const reader = new EventReader((kind, data) => {
    if (kind === "dropped") {
      // At the start it tells only how much was before, and the lists are being read.
      if (reader.lastID === undefined) return;
      readAll();
      return say(text("dropped"));
    }
    const happening = JSON.parse(data.replace(longID, '"$1": "$2"'));
    for (const take of listeners[kind] ?? []) take(happening);
  });
  for (let wait = 500; ; wait = Math.min(wait * 2, 5000)) {
    try {
      const isFirst = reader.lastID === undefined;
      reader.begin();
      // At the start all that is still remembered, so that time lines begin where jobs did.
      const headers = { "Last-Event-ID": reader.lastID ?? "0" };
      const answer = await fetched("GET", "events", undefined, { headers });
      if (!answer.ok) throw new Refusal(answer.status, (await answer.json()).error);
      const stream = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      // Read only now, so that nothing falls between list and events.
      if (isFirst) readAll();
      tell("live");
      wait = 500;
      for (;;) {
        const { done, value } = await stream.read();
        if (done) break;
        reader.take(value);
      }
    } catch (error) {
      if (error instanceof Refusal) say(error.message, true);
    }
    tell("lost");
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

let isReadingAll = false;
let isReadingAsked = false;

/** Reads every list; what is asked meanwhile is done once, afterwards and not at once. */
async function readAll() {
  isReadingAsked = true;
  if (isReadingAll) return;
  isReadingAll = true;
  while (isReadingAsked) {
    isReadingAsked = false;
    const outcomes = await Promise.allSettled(readings.map((read) => read()));
    for (const { reason } of outcomes) if (reason instanceof Refusal) say(reason.message, true);
    if (isReadingAsked) await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  isReadingAll = false;
}
