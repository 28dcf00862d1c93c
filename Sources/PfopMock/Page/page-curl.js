// A request of the journal as a line for sh that sends it again.

const bytesOf = (letters) => Uint8Array.from(atob(letters), (letter) => letter.charCodeAt(0));

/** Octets as characters of the same number, so that they can be searched. */
const octets = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

/** Text in UTF-8 where it is one. */
function decoded(text) {
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** As the argument of printf: every octet that could mean something else is an escape. */
const escaped = (text) =>
  text.replace(/[^A-Za-z0-9=&_.,:/ ]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`);

/** Octets as one word of sh, whatever they hold; NUL and line breaks at the end cannot be in one. */
function word(text) {
  const readable = decoded(text);
  // What cannot be seen would be lost on its way through a terminal.
  if (readable === undefined || visible(readable) !== readable) return `"$(printf '${escaped(text)}')"`;
  return /^[A-Za-z0-9_.,:/=@%+-]+$/.test(readable) ? readable : `'${readable.replaceAll("'", "'\\''")}'`;
}

/**
 * The line, and whether it sends exactly what came.
 * @param request what `GET requests/{reqid}` tells.
 * @param url where the server listens, without a slash at its end.
 */
function curlLine(request, url) {
  const message = request.request;
  const raw = octets(message.base64 ? bytesOf(message.base64) : new TextEncoder().encode(message.text));
  const split = raw.search(/\r?\n\r?\n/);
  const lines = (split < 0 ? raw : raw.slice(0, split)).split(/\r?\n/);
  const body = split < 0 ? "" : raw.slice(split).replace(/^\r?\n\r?\n/, "");
  const [method = "GET", target = "/", version] = lines[0].split(" ");
  const words = ["curl", "-i"];
  // The certificate is the server's own, or for another name.
  if (url.startsWith("https:")) words.push("-k");
  if (version === "HTTP/1.0") words.push("--http1.0");
  const isPlain = /^\/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$/.test(target) && !/\/\./.test(target);
  const fields = lines
    .slice(1)
    .map((line) => line.match(/^([^:]*):[ \t]*(.*?)[ \t]*$/))
    .filter(Boolean);
  const names = fields.map(([, name]) => name.toLowerCase());
  for (const [, name, value] of fields) {
    // curl counts and connects by itself.
    if (/^(content-length|connection)$/i.test(name)) continue;
    if (/^transfer-encoding$/i.test(name) && !message.unchunked) continue;
    words.push("-H", value === "" ? word(`${name};`) : word(`${name}: ${value}`));
  }
  // What curl adds by itself is left out where the client sent none.
  for (const name of ["User-Agent", "Accept"]) if (!names.includes(name.toLowerCase())) words.push("-H", `'${name}:'`);
  const hasBody = body !== "" || names.includes("content-length") || names.includes("transfer-encoding");
  if (hasBody && !names.includes("content-type")) words.push("-H", "'Content-Type:'");
  if (method === "HEAD") words.push("-I");
  else if (method !== "GET" || hasBody) words.push("-X", word(method));
  let feed = "";
  if (hasBody) {
    const readable = decoded(body);
    if (readable !== undefined && visible(readable) === readable)
      words.push("--data-raw", body === "" ? "''" : word(body));
    else {
      feed = `printf '${escaped(body)}' | `;
      words.push("--data-binary", "@-");
    }
  }
  if (!isPlain) words.push("--request-target", word(target));
  words.push(isPlain ? word(url + target) : word(url + "/"));
  return { line: feed + words.join(" "), isWhole: message.kept === undefined || message.kept >= message.octets };
}

/** Puts text where other programs can paste it from. */
async function copy(text, source) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only pages on this machine or with TLS may write there; an old way is left.
    const range = document.createRange();
    range.selectNodeContents(source);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    return document.execCommand("copy");
  }
}
