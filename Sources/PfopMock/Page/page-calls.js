// Calls of the admin API, with the token where there is one.

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const authorization = () => {
  const token = sessionStorage.getItem("token");
  return token ? { Authorization: `Bearer ${token}` } : {};
};

// Ids have up to 64 bits, more than a number holds here: long ones are kept as text.
const longID = /"(id|persistentId)": (\d{16,})/g;

/** An answer that is let in; where a token is asked for, once it is there. */
async function fetched(method, path, body, more = {}) {
  for (;;) {
    const answer = await fetch(`/__admin/${path}`, {
      method,
      cache: "no-store",
      ...more,
      headers: { ...authorization(), ...more.headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status !== 401) return answer;
    await askForToken();
  }
}

/** What a call answers, read as JSON. Throws `Refusal` with the server's own words. */
async function call(method, path, body) {
  const answer = await fetched(method, path, body);
  const content = await answer.text();
  if (path === "metrics" && answer.ok) return content;
  let value;
  try {
    value = JSON.parse(content.replace(longID, '"$1": "$2"'));
  } catch {
    value = { error: content };
  }
  if (!answer.ok) throw new Refusal(answer.status, value.error ?? `${answer.status}`);
  return value;
}

let asking;

/** Asks for the token; whoever else needs it meanwhile waits for the same answer. */
function askForToken() {
  asking ??= new Promise((resolve) => {
    const had = sessionStorage.getItem("token");
    const field = element("input", { type: "password", id: "token", autocomplete: "off", required: true });
    const form = element(
      "form",
      { class: "stack" },
      element("h2", {}, text("token")),
      element("p", {}, had ? text("wrongToken") : text("tokenHint")),
      element("label", {}, text("token"), field),
      element("button", { type: "submit" }, text("letIn")),
    );
    const dialog = element("dialog", { id: "token-dialog" }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      sessionStorage.setItem("token", field.value.trim());
      dialog.remove();
      asking = undefined;
      resolve();
    });
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
  return asking;
}
