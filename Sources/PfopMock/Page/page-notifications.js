// Deliveries, the newest first, each of which can be made once more.

const keptDeliveries = 1000;
const shownDeliveries = 200;

const post = { deliveries: new Map(), rows: new WeakMap() };

function takeDelivery(delivery) {
  if (delivery.outcome === undefined) return;
  post.deliveries.set(delivery.number, delivery);
  if (post.deliveries.size > keptDeliveries) post.deliveries.delete(post.deliveries.keys().next().value);
  soon(drawDeliveries);
}

async function readDeliveries() {
  // What comes meanwhile is put there, and is newer than what is read.
  post.deliveries = new Map();
  const figures = readMetrics(await call("GET", "metrics"));
  const count = sum(figures, "pfop_mock_notifications_total") + sum(figures, "pfop_mock_notifications_under_way");
  const page = 500;
  let since = Math.max(0, count - page);
  let found = [];
  for (;;) {
    const { notifications } = await call("GET", `notifications?since=${since}&limit=${page}`);
    found = [...found, ...notifications].slice(-keptDeliveries);
    if (notifications.length < page) break;
    since = notifications.at(-1).number;
  }
  post.deliveries = new Map([...found.map((delivery) => [delivery.number, delivery]), ...post.deliveries]);
  soon(drawDeliveries);
}

function buildDeliveries(view) {
  view.append(
    element(
      "table",
      { id: "notifications" },
      head("number", "time", "job", "attempt", "outcome", "address", "answer", "actions"),
      element("tbody"),
    ),
    element("p", { id: "no-notifications", class: "quiet" }),
  );
  post.rows = new WeakMap();
  drawDeliveries();
}

function drawDeliveries() {
  if (isHidden("notifications")) return;
  const newest = [...post.deliveries.values()]
    .sort((one, other) => other.number - one.number)
    .slice(0, shownDeliveries);
  arrange(document.querySelector("#notifications tbody"), newest.map(deliveryRow));
  document.getElementById("no-notifications").textContent = newest.length > 0 ? "" : text("none");
}

function deliveryRow(delivery) {
  const known = post.rows.get(delivery);
  if (known) return known;
  const again = button(
    "redeliver",
    async () => {
      const { outcome, reason } = await call("POST", `notifications/${delivery.number}/redeliver`, {});
      say(text("redelivered", text(outcome)) + (reason ? ` – ${reason}` : ""), outcome === "failed");
    },
    { "aria-label": `${text("redeliver")} ${delivery.number}` },
  );
  const told = [delivery.status, delivery.reason ?? delivery.answer].filter((part) => part !== undefined).join(" ");
  const made = row({ "data-delivery": delivery.number }, [
    ["number", `${delivery.number}`],
    ["time", clockTime(delivery.at)],
    ["job", String(delivery.id)],
    ["attempt", delivery.attempt > 0 ? `${delivery.attempt}` : "–"],
    ["outcome", element("span", { class: `legend ${delivery.outcome}` }, text(delivery.outcome))],
    ["address", foreign(delivery.address)],
    ["answer", foreign(told)],
    ["actions", again],
  ]);
  post.rows.set(delivery, made);
  return made;
}

listeners.notification.push(takeDelivery);
readings.push(readDeliveries);
