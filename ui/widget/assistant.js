/**
 * <anchorline-assistant api="https://assistant.example" mode="inline|launcher" contact="https://…" heading="…">
 *
 * The embed: one module, no build step, no library. Every word of a document or of the service reaches the page as a
 * text node; no markup is ever read from a string. Nothing is contacted before the reader focuses or opens it, nothing
 * is stored, and the conversation lives in this element alone. Its style sheet is constructed, so a strict content
 * security policy of the host page needs no exception beyond the service's own address.
 */

const VERSION = "1.0.0";
const LIMITS = { question_characters: 1000, history_turns: 20, turn_characters: 4000, body_bytes: 65536 };
const COUNTED_FROM = 0.8; // of the limit: earlier, the counter would only distract
const ANSWER_MS = 65000; // the service itself gives up after 60 s
const NARROW = "(max-width: 639.98px)";

// The page says the same words (ui/answer_html.py); a test compares them.
const STATUS_WORDS = {
  answered: "",
  partial: "Part of an answer",
  not_found: "I could not find this in the sources",
  clarify: "Can you tell me more?",
  out_of_scope: "This is not something these sources cover",
  clinical: "I cannot help with care or treatment",
  crisis: "Get help now",
  personal_data: "Please take out the personal details",
  unavailable: "Anchorline cannot answer just now",
};
const EVIDENCE_WORDS = {
  controlled_study: "Controlled study",
  independent_evaluation: "Independent evaluation",
  before_and_after: "Measured before and after",
  self_reported: "Reported by those who did it",
  framework: "Framework or guide",
  opinion: "Opinion or discussion",
  unknown: "Strength of evidence not known",
};
const BASIS_WORDS = {
  source: "Quoted word for word from the source",
  brief: "From our own summary of the source",
};
const LEGEND_WORDS = {
  source: "The words beside a blue line are quoted from a source.",
  brief: "The words beside a dotted line are our own summary of a source.",
};
const ALL_OURS = "All other words are ours.";
const CAUTION = "This answer can be wrong or leave things out. Check the sources before you use it.";
const PRIVACY = "Do not type in anything about a patient, a member of staff or any other person.";
const UNREACHABLE = "Anchorline cannot be reached. Check your connection and try again.";
const KIND_WORDS = { gap: "Gap", conflict: "The sources differ", compare: "Side by side", contact: "Contact" };
const NOT_RATED = ["crisis", "personal_data", "unavailable"];
const REASONS = {
  wrong_source: "It is the wrong source",
  wrong_page: "It is the wrong page or place",
  incomplete: "Something is missing",
  out_of_date: "It is out of date",
  other: "Something else",
};

/** A fault that the reader is told of. `again` means that asking once more, without the stream, may help. */
class Fault extends Error {
  constructor(message, { again = false, waitS = 0, status = 0 } = {}) {
    super(message);
    Object.assign(this, { again, waitS, status });
  }
}

// ---------------------------------------------------------------------------------------------------- elements

/** An element with attributes and children. `on` holds listeners; a string among the children becomes a text node. */
function el(tag, { on = {}, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  for (const [name, listener] of Object.entries(on)) made.addEventListener(name, listener);
  made.append(...children.filter(Boolean));
  return made;
}

const unseen = (text) => el("span", { class: "unseen" }, text);
const button = (text, click, attributes = {}) => el("button", { type: "button", on: { click }, ...attributes }, text);

/** A link to a web address, or nothing: a document may hold any other scheme. */
function link(address, text, more = "") {
  if (!/^https?:\/\//i.test(address || "")) return null;
  const safe = { href: address, target: "_blank", rel: "noopener noreferrer" };
  return el("a", safe, text, more && unseen(more), " (opens in a new tab)");
}

/** A heading and what folds away below it. */
function fold(summary, more, ...children) {
  return el("details", {}, el("summary", {}, summary, more && unseen(`: ${more}`)), ...children);
}

// ---------------------------------------------------------------------------------------------------- the service

async function request(address, init) {
  let response;
  try {
    response = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer", ...init });
  } catch (fault) {
    throw fault.name === "AbortError" ? fault : new Fault(UNREACHABLE, { again: true });
  }
  if (response.ok) return response;
  throw await refusal(response);
}

/** What a response that is no answer says. The service's own sentence comes first, then how long to wait. */
async function refusal(response) {
  const body = await response.json().catch(() => null);
  const waitS = waitOf(response.headers.get("Retry-After"));
  const said = (body && body.error && body.error.message) || STATUS_WORDS.unavailable + ".";
  const wait = waitS && !said.includes(String(waitS)) ? ` Please wait ${waitS} seconds and try again.` : "";
  return new Fault(said + wait, { waitS: response.status === 429 ? waitS : 0, status: response.status });
}

/** The seconds of a Retry-After header, which holds seconds or a date; 0 without one, or where nobody would wait. */
function waitOf(header) {
  const seconds = /^\d+$/.test(header || "") ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return seconds > 3600 ? 0 : Math.max(0, Math.ceil(seconds || 0));
}

const post = (address, body, headers, signal) =>
  request(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    signal,
  });

/** A token by which the service limits one conversation. It is made up here, names nobody and is never stored. */
function newToken() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The answer, streamed. If the stream cannot be had or breaks off, the question is put once more for plain JSON. */
async function ask(api, body, token, signal, onEvent) {
  const put = (form) => post(`${api}/v1/ask`, body, { Accept: form, "X-Anchorline-Conversation": token }, signal);
  try {
    const response = await put("text/event-stream");
    if (!(response.headers.get("Content-Type") || "").startsWith("text/event-stream")) return await response.json();
    return await readEvents(response.body, onEvent);
  } catch (fault) {
    if (fault.name === "AbortError" || (fault instanceof Fault && !fault.again)) throw fault;
  }
  return (await put("application/json")).json();
}

/** Hand on the events of a stream as they come; return the data of `done`. */
async function readEvents(stream, onEvent) {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  for (let held = "", ended = false; !ended; ) {
    const { value, done } = await reader.read();
    ended = done;
    held += value ? decoder.decode(value, { stream: true }) : "";
    const events = held.split(/\r?\n\r?\n/);
    held = events.pop();
    for (const [name, data] of events.map(parseEvent)) {
      if (name === "done") return data;
      if (name === "error") throw new Fault(data.error.message);
      if (name) onEvent(name, data);
    }
  }
  throw new Fault(UNREACHABLE, { again: true });
}

/** The name and the data of one event; a comment that only keeps the line open has neither. */
function parseEvent(text) {
  const lines = text.split(/\r?\n/);
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  const name = lines.find((line) => line.startsWith("event:"));
  return data.length && name ? [name.slice(6).trim(), JSON.parse(data.join("\n"))] : ["", null];
}

/** The turns before this question, the newest kept first where the limits do not let all of them through. */
function historyOf(exchanges, limits) {
  const turns = [];
  for (const { question, answer } of exchanges) {
    if (!answer || answer.status === "personal_data") continue;
    turns.push({ role: "user", content: question });
    turns.push({ role: "assistant", content: [...answer.text].slice(0, limits.turn_characters).join("") });
  }
  const fits = (kept) => new TextEncoder().encode(JSON.stringify(kept)).length < limits.body_bytes * 0.8;
  let kept = turns.slice(-limits.history_turns);
  while (kept.length && !fits(kept)) kept = kept.slice(2);
  return kept;
}

// ---------------------------------------------------------------------------------------------------- an answer

/** The blocks of one answer, added as they arrive. Quotes get their line once it is known what they are quoted from. */
class Blocks {
  constructor(jump) {
    this.node = el("div", { class: "blocks" });
    this.jump = jump;
    this.added = [];
    this.quotes = [];
    this.cited = new Map();
    this.steps = 0;
  }

  add(block) {
    const before = this.added[this.added.length - 1] || {};
    this.added.push(block);
    const starts = block.kind !== before.kind;
    if (block.heading && (starts || block.heading !== this.heading)) {
      this.node.append(el("h4", {}, block.heading));
      this.list = null;
    }
    this.heading = block.heading || (starts ? null : this.heading);
    const item = this._item(block, starts);
    if (block.kind === "step") this._list(starts).append(el("li", { value: ++this.steps }, item));
    else this.node.append(item);
  }

  _list(starts) {
    if (starts || !this.list) this.node.append((this.list = el("ol")));
    return this.list;
  }

  _item(block, starts) {
    const markers = block.citations.map((number) => this._marker(number));
    const word = !this.heading && starts && KIND_WORDS[block.kind];
    const label = word && el("strong", {}, `${word}. `);
    const said = el("p", {}, label, block.text, ...markers.flatMap((marker) => [" ", marker]));
    if (block.kind === "gap" || block.kind === "note") return el("div", { class: `ours ${block.kind}` }, said);
    const quote = el("blockquote", { class: block.kind }, said);
    this.quotes.push([quote, block.citations]);
    return quote;
  }

  _marker(number) {
    const mark = button("", () => this.jump(number), { class: "marker" });
    mark.append(unseen("Go to source "), `[${number}]`);
    return mark;
  }

  cite(citation) {
    this.cited.set(citation.marker, citation);
    for (const [quote, numbers] of this.quotes) {
      const bases = numbers.map((number) => (this.cited.get(number) || {}).basis);
      quote.classList.toggle("source", bases.includes("source"));
      quote.classList.toggle("brief", bases.length > 0 && bases.every((basis) => basis === "brief"));
    }
  }
}

const list = (heading, kind, lines) =>
  lines.length
    ? el("div", { class: kind }, el("h4", {}, heading), el("ul", {}, ...lines.map((line) => el("li", {}, line))))
    : null;

/** How it ended. Where nothing is cited, all that is said is ours and stands in the same box. */
function banner(answer, blocks) {
  const words = STATUS_WORDS[answer.status];
  if (!words) return null;
  const text = !answer.blocks.length && el("p", { class: "as-is" }, answer.text);
  const ours = !answer.citations.length && blocks;
  return el("div", { class: `banner ${answer.status}` }, el("strong", {}, words), text, ours);
}

function legend(answer) {
  if (!answer.citations.length) return null;
  const words = Object.keys(LEGEND_WORDS).filter((basis) => answer.citations.some((one) => one.basis === basis));
  return el("p", { class: "quiet" }, [...words.map((basis) => LEGEND_WORDS[basis]), ALL_OURS].join(" "));
}

const titleOf = ({ title, publisher, published }) =>
  [[title, publisher].filter(Boolean).join(". "), published ? published.slice(0, 4) : "date not known"].join(", ");
const placeOf = ({ section, page }) => [section.join(" › "), page ? `page ${page}` : ""].filter(Boolean).join(" · ");
const whoOf = ({ programme, organisation, publisher }) =>
  [...new Set([programme, organisation].filter(Boolean))].join(", ") || publisher;
/** Where the published source of a brief says it: the headings after the source's own name. */
const originalOf = ({ original }) => (original || "").split(" › ").slice(1).join(" › ");
const line = (kind, text) => (text ? el("p", { class: kind }, text) : null);

/** Citations of one passage stand together: six steps of one list are one source, not six. */
function byPassage(citations) {
  const groups = new Map();
  for (const one of citations) groups.set(one.passage_id, [...(groups.get(one.passage_id) || []), one]);
  return [...groups.values()];
}

function sourceCard(citations, passage) {
  const [first] = citations;
  const numbers = citations.map(({ marker }) => marker);
  const name = `source ${numbers.join(", ")}, ${first.title}`;
  const tags = [EVIDENCE_WORDS[first.evidence] || first.evidence, BASIS_WORDS[first.basis]];
  const page = link(first.url, "Open the publisher’s page", ` of source ${numbers.join(", ")}`);
  return el(
    "li",
    { class: "card", tabindex: "-1" },
    el("p", { class: "who" }, numbers.map((number) => `[${number}] `).join(""), whoOf(first)),
    line("quiet", titleOf(first)),
    line("quiet", placeOf(first)),
    line("quiet", originalOf(first) && `In the source: ${originalOf(first)}`),
    el("p", { class: "tags" }, ...tags.map((tag) => el("span", {}, tag))),
    line("superseded", first.superseded_by && `A newer version replaces this source: ${first.superseded_by}`),
    inPlace(name, first.passage_id, citations.map(({ quote }) => quote), passage),
    page && el("p", {}, page),
  );
}

/** The passage that a quote stands in, fetched when it is opened, with the quotes marked. */
function inPlace(name, passageId, quotes, passage) {
  const text = el("p", { class: "passage as-is" }, "Fetching the passage…");
  const folded = fold("Read in place", name, text);
  let shown = false;
  folded.addEventListener("toggle", async () => {
    if (!folded.open || shown) return;
    shown = true;
    try {
      text.replaceChildren(...marked((await passage(passageId)).text, quotes));
    } catch (fault) {
      shown = false; // opening it again tries again
      text.replaceChildren(fault.message);
    }
  });
  return folded;
}

/** The text cut into strings and marks. A quote that is not found is not marked. */
function marked(text, quotes) {
  const spans = quotes.map((quote) => [text.indexOf(quote), quote.length]).filter(([at, length]) => at >= 0 && length);
  const parts = [];
  let done = 0;
  for (const [at, length] of spans.sort((one, other) => one[0] - other[0])) {
    if (at < done) continue;
    parts.push(text.slice(done, at), el("mark", {}, text.slice(at, at + length)));
    done = at + length;
  }
  return [...parts, text.slice(done)];
}

function nearestCard(found) {
  const passage = el("p", { class: "passage as-is" }, found.text);
  const folded = fold("Read in place", `passage ${found.rank}, ${found.title}`, passage);
  return el("li", { class: "card" }, el("p", { class: "who" }, found.title), line("quiet", placeOf(found)), folded);
}

// ---------------------------------------------------------------------------------------------------- a saved copy

const asOf = ({ index }) => (index ? `Documents as of ${index.built_at.slice(0, 10)} (${index.generation}).` : "");

/** The conversation as plain text: every quote with its source, what is ours named as ours, and the documents' date. */
function copyOf(title, exchanges, now) {
  const head = [title, `Saved ${now.toISOString().slice(0, 10)}`, CAUTION];
  return [head.join("\n"), ...exchanges.map(exchangeText)].join("\n\n" + "=".repeat(60) + "\n\n") + "\n";
}

function exchangeText({ question, answer }) {
  const asked = answer.status === "personal_data" ? "(not kept)" : question;
  const blocks = answer.blocks.map((block) => blockText(block, answer));
  const untold = answer.gaps.filter((gap) => !answer.blocks.some(({ text }) => text === gap));
  const parts = [
    `You asked: ${asked}`,
    answer.question_understood && `How I read your question: ${answer.question_understood}`,
    STATUS_WORDS[answer.status],
    ...(blocks.length ? blocks : [answer.text]),
    ...untold.map((gap) => `Gap: ${gap}`),
    answer.citations.length && "Sources",
    ...answer.citations.map(sourceText),
    asOf(answer),
  ];
  return parts.filter(Boolean).join("\n\n");
}

function blockText({ kind, heading, text, citations }, answer) {
  const markers = citations.map((number) => ` [${number}]`).join("");
  const quoted = answer.citations.some(({ marker, basis }) => citations.includes(marker) && basis === "source");
  const word = KIND_WORDS[kind] && !heading ? `${KIND_WORDS[kind]}: ` : "";
  return (heading ? `${heading}\n\n` : "") + word + (quoted ? `“${text}”` : text) + markers;
}

function sourceText(citation) {
  const lines = [
    `[${citation.marker}] ${whoOf(citation)}`,
    titleOf(citation),
    placeOf(citation),
    originalOf(citation) && `In the source: ${originalOf(citation)}`,
    `${EVIDENCE_WORDS[citation.evidence] || citation.evidence}. ${BASIS_WORDS[citation.basis]}.`,
    citation.superseded_by && `A newer version replaces this source: ${citation.superseded_by}`,
    citation.url,
    `“${citation.quote}”`,
  ];
  return lines.filter(Boolean).join("\n    ");
}

// ---------------------------------------------------------------------------------------------------- style

const STYLE = `
:host { display: block !important; position: static !important; }
:host([hidden]) { display: none !important; }
.root {
  all: initial; display: block;
  --text: var(--anchorline-text, #212b32); --quiet: var(--anchorline-text-secondary, #4c6272);
  --link: var(--anchorline-link, #005eb8); --hover: var(--anchorline-link-hover, #7c2855);
  --visited: var(--anchorline-link-visited, #330072);
  --focus: var(--anchorline-focus, #ffeb3b); --focus-text: var(--anchorline-focus-text, #212b32);
  --button: var(--anchorline-button, #007f3b); --button-hover: var(--anchorline-button-hover, #00662f);
  --on-button: var(--anchorline-on-button, #ffffff); --error: var(--anchorline-error, #d5281b);
  --band: var(--anchorline-band, #005eb8); --on-band: var(--anchorline-on-band, #ffffff);
  --page: var(--anchorline-page, #f0f4f5); --surface: var(--anchorline-surface, #ffffff);
  --border: var(--anchorline-border, #d8dde0); --edge: var(--anchorline-edge, #4c6272);
  --quote-edge: var(--anchorline-quote-edge, #005eb8); --quote: var(--anchorline-quote, #edf4fa);
  --warm: var(--anchorline-warm, #fff9db); --mark: var(--anchorline-mark, #ffe680);
  --radius: var(--anchorline-radius, 4px);
  color-scheme: light; color: var(--text); font-family: var(--anchorline-font, Arial, Helvetica, sans-serif);
  font-size: var(--anchorline-font-size, medium); line-height: 1.5; text-align: start; -webkit-text-size-adjust: 100%;
}
.root *, .root *::before, .root *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.panel { background: var(--page); color: var(--text); border: 1px solid var(--border); border-radius: var(--radius); }
.inline { min-height: 17em; }
header { display: flex; align-items: center; gap: 8px; background: var(--band); color: var(--on-band); padding: 10px 16px; }
header h2 { flex: 1; margin: 0; font-size: 1.375em; line-height: 1.3; overflow-wrap: anywhere; }
.body { padding: 16px; }
h3, h4 { line-height: 1.35; overflow-wrap: anywhere; }
h3 { margin: 0; font-size: 1.1875em; }
h4 { margin: 20px 0 8px; font-size: 1.0625em; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
ul, ol { margin: 0 0 8px; padding-inline-start: 1.75em; }
li { overflow-wrap: anywhere; }
label { display: block; font-weight: 700; font-size: 1.125em; }
.quiet, .count { color: var(--quiet); }
textarea {
  display: block; width: 100%; min-height: 3.2em; padding: 8px 10px; resize: vertical; font: inherit;
  color: var(--text); background: var(--surface); border: 2px solid var(--edge); border-radius: var(--radius);
}
textarea[aria-invalid="true"] { border-color: var(--error); }
.count { margin: 10px 0 0; }
.count.over { color: var(--error); font-weight: 700; }
button {
  font: inherit; font-weight: 700; min-height: 44px; padding: 8px 16px; cursor: pointer; text-align: start;
  color: var(--link); background: var(--surface); border: 2px solid var(--edge); border-radius: var(--radius);
}
button:hover { color: var(--hover); border-color: var(--hover); }
.primary { color: var(--on-button); background: var(--button); border-color: var(--button); padding: 8px 28px; }
.primary:hover { color: var(--on-button); background: var(--button-hover); border-color: var(--button-hover); }
.primary[aria-disabled="true"] { background: var(--quiet); border-color: var(--quiet); cursor: progress; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0; align-items: center; }
.close, .close:hover { color: var(--on-band); background: transparent; border-color: var(--on-band); padding: 4px 12px; }
.marker {
  font-weight: 700; min-width: 28px; min-height: 28px; padding: 0 4px; text-align: center;
  background: transparent; border: 0; text-decoration: underline; line-height: 28px;
}
a { color: var(--link); display: inline-block; min-height: 28px; line-height: 28px; }
a:visited { color: var(--visited); }
a:hover, summary:hover { color: var(--hover); }
summary { color: var(--link); text-decoration: underline; cursor: pointer; min-height: 32px; line-height: 32px; width: fit-content; max-width: 100%; }
:focus-visible { outline: 3px solid var(--focus-text); outline-offset: 0; box-shadow: 0 0 0 6px var(--focus); }
a:focus-visible, summary:focus-visible, .marker:focus-visible { color: var(--focus-text); background: var(--focus); }
.status { min-height: 1.5em; margin: 8px 0; font-weight: 700; }
.status.error { color: var(--error); border-inline-start: 6px solid var(--error); padding: 4px 12px; background: var(--surface); }
.standing { margin: 16px 0 0; padding: 12px 16px; background: var(--warm); border-inline-start: 6px solid var(--edge); }
.standing h3 { font-size: 1em; }
.standing p:last-child { margin-bottom: 0; }
.standing + div h3 { margin: 16px 0 8px; }
.starters { list-style: none; padding: 0; display: grid; gap: 8px; grid-template-columns: repeat(auto-fit, minmax(min(18em, 100%), 1fr)); }
.starters button { width: 100%; height: 100%; font-weight: 400; }
article { background: var(--surface); border: 1px solid var(--border); padding: 8px 16px 16px; margin: 0 0 12px; }
article h3 button { width: 100%; border: 0; padding: 8px 0; color: var(--text); background: transparent; }
article h3 button::after { content: " ▾"; content: " ▾" / ""; color: var(--link); }
article h3 button[aria-expanded="false"]::after { content: " ▸"; content: " ▸" / ""; }
blockquote { margin: 0 0 12px; padding: 10px 14px; background: var(--page); border-inline-start: 6px solid var(--border); }
blockquote.source { background: var(--quote); border-inline-start-color: var(--quote-edge); }
blockquote.brief { border-inline-start: 6px dotted var(--edge); }
blockquote.conflict { border-inline-start-width: 12px; background: var(--warm); }
blockquote.conflict.source { border-inline-start-style: double; }
blockquote p, .ours p { margin: 0; }
blockquote p, .as-is { white-space: pre-wrap; tab-size: 4; }
.gap, .gaps, .banner { background: var(--warm); border: 1px solid var(--edge); border-inline-start-width: 6px; padding: 10px 14px; margin: 12px 0; }
.gap, .gaps { border-style: dashed; border-inline-start-style: solid; }
.gaps h4 { margin-top: 0; }
.note { margin: 0 0 12px; white-space: pre-wrap; }
.banner p { margin: 8px 0 0; }
.banner .note, .banner .gap { margin: 0; padding: 0; border: 0; background: none; }
.crisis, .clinical, .personal_data { border-inline-start-color: var(--error); }
.banner.crisis { border: 3px solid var(--error); border-inline-start-width: 12px; font-size: 1.125em; }
.sources { list-style: none; padding: 0; }
.card { border: 1px solid var(--border); border-top: 3px solid var(--edge); padding: 10px 14px; margin: 0 0 12px; }
.card p { margin: 0 0 4px; }
.who { font-weight: 700; }
.tags span { display: inline-block; border: 1px solid var(--edge); padding: 0 8px; margin: 2px 4px 2px 0; font-size: 0.9375em; }
.superseded { color: var(--error); font-weight: 700; }
.card .passage { border-inline-start: 6px solid var(--border); padding: 8px 14px; margin: 8px 0; }
mark { background: var(--mark); color: var(--text); padding: 0 2px; }
fieldset { border: 0; margin: 12px 0 0; padding: 0; min-width: 0; }
legend { padding: 0; font-weight: 700; }
.reason { display: flex; align-items: center; gap: 8px; min-height: 32px; font-weight: 400; font-size: 1em; }
.reason input { width: 24px; height: 24px; margin: 0; flex: none; accent-color: var(--link); }
footer { border-top: 1px solid var(--border); margin-top: 16px; padding-top: 8px; }
footer p { margin: 0 0 4px; }
footer a, .status + div a { margin-inline-end: 16px; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.launcher {
  position: fixed; z-index: 2147483647; bottom: var(--anchorline-offset, 16px); inset-inline-end: var(--anchorline-offset, 16px);
  color: var(--on-band); background: var(--band); border-color: var(--on-band); padding: 10px 20px; box-shadow: 0 2px 8px rgb(0 0 0 / 40%);
}
.launcher:hover { color: var(--on-band); background: var(--hover); border-color: var(--on-band); }
.float, .sheet { padding: 0; overflow-y: auto; overscroll-behavior: contain; scroll-padding: 72px 0 8px; }
.float {
  position: fixed; z-index: 2147483647; margin: 0; inset: auto; bottom: calc(var(--anchorline-offset, 16px) + 64px);
  inset-inline-end: var(--anchorline-offset, 16px); width: min(28em, calc(100vw - 32px));
  height: min(44em, calc(100vh - 112px)); border: 1px solid var(--edge); box-shadow: 0 4px 24px rgb(0 0 0 / 35%);
}
.sheet { position: fixed; inset: 0; margin: 0; width: 100%; height: 100%; max-width: none; max-height: none; border: 0; border-radius: 0; }
.float header, .sheet header { position: sticky; top: 0; z-index: 1; }
@media (max-width: 30em) {
  .body { padding: 12px 8px; }
  article { padding: 8px 10px 12px; }
  .card { padding: 10px 6px; border-inline: 0; }
}
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; scroll-behavior: auto !important; } }
@media (forced-colors: active) {
  .panel, article, blockquote, .banner, .gap, .gaps, .standing, .card, .passage { border-color: CanvasText; }
  button, .primary, .launcher { border: 2px solid ButtonText; }
  .marker { border-width: 1px; }
  mark { background: Mark; color: MarkText; forced-color-adjust: none; }
  :focus-visible { outline-color: Highlight; }
}
@media print { form, .row, .launcher { display: none; } }
`;

// ---------------------------------------------------------------------------------------------------- the component

let count = 0;
let sheet; // one for all instances

class AnchorlineAssistant extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return; // moved about by the host page: the conversation stays
    this.instance = ++count;
    this.exchanges = [];
    this.token = newToken();
    this.limits = LIMITS;
    this.freeAt = 0;
    this.api = serviceAddress(this.getAttribute("api"));
    this.called = this.getAttribute("heading") || "Anchorline";
    this.build();
  }

  disconnectedCallback() {
    if (this.launcher) this.shut();
    // Only when it is really gone: a host page may take an element out and put it back in one go.
    setTimeout(() => this.isConnected || this.stop(), 0);
  }

  // ------------------------------------------------------------------------------------------------ building

  build() {
    const shadow = this.attachShadow({ mode: "open" });
    sheet = sheet || new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    this.named = el("h2", {}, this.called);
    this.closer = button("Close", () => this.close(), { class: "close", hidden: true });
    this.content = el("div", { lang: "en-GB", dir: "ltr" }, el("header", {}, this.named, this.closer), this.buildBody());
    this.content.addEventListener("focusin", () => this.contact(), { once: true });
    this.root = el("div", { class: "root" });
    shadow.append(this.root);
    if (this.getAttribute("mode") === "launcher") this.buildLauncher();
    else this.root.append((this.panel = el("section", { class: "panel inline" }, this.content)));
    this.rename();
  }

  buildBody() {
    this.status = el("p", { class: "status", role: "status" });
    this.help = el("div", { hidden: true });
    this.tools = el(
      "div",
      { class: "row", hidden: true },
      button("Save a copy", () => this.save()),
      button("Clear conversation", () => this.clear()),
    );
    this.introduction = el("div");
    this.answers = el("div");
    this.about = el("div");
    this.foot = el("p", { class: "quiet" });
    this.footLinks = el("div", {}, ...this.links());
    this.footer = el("footer", {}, this.foot, this.footLinks);
    const parts = [this.buildForm(), this.status, this.help, this.tools, this.introduction, this.answers, this.about];
    return el("div", { class: "body" }, ...parts, this.footer);
  }

  buildForm() {
    this.box = el("textarea", {
      id: "question",
      rows: "2",
      "aria-describedby": "hint count",
      autocomplete: "off",
      on: { keydown: (event) => this.onKey(event), input: () => this.onInput() },
    });
    this.counter = el("p", { class: "count", id: "count", hidden: true });
    this.asker = el("button", { type: "submit", class: "primary" }, "Ask");
    const submit = (event) => {
      event.preventDefault();
      this.ask(this.box.value);
    };
    return el(
      "form",
      { on: { submit }, novalidate: true },
      el("label", { for: "question" }, "Your question"),
      el("p", { class: "quiet", id: "hint" }, PRIVACY),
      this.box,
      this.counter,
      el("div", { class: "row" }, this.asker),
    );
  }

  /** A panel beside the page on a wide screen, a modal sheet on a narrow one; both in the browser's top layer. */
  buildLauncher() {
    const top = "popover" in HTMLElement.prototype;
    this.floating = el("section", { class: "panel float", popover: top && "manual", hidden: !top });
    this.sheet = el("dialog", { class: "panel sheet", "aria-modal": "true" });
    this.launcher = button(`Ask ${this.called}`, () => (this.panel ? this.close() : this.open()), {
      class: "launcher",
      "aria-expanded": "false",
    });
    this.closer.hidden = false;
    this.sheet.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.close();
    });
    for (const panel of [this.floating, this.sheet]) panel.addEventListener("keydown", (event) => this.onPanelKey(event));
    this.narrow = matchMedia(NARROW);
    this.narrow.addEventListener("change", () => this.panel && this.reopen());
    this.root.append(this.launcher, this.floating, this.sheet);
  }

  links() {
    const full = link(`${this.api}/`, `Open ${this.called} on its own page`);
    const contact = this.getAttribute("contact") || "";
    const mail = /^mailto:/i.test(contact) ? el("a", { href: contact }, "Contact us by email") : null;
    return [full, mail || link(contact, "Contact us")].filter(Boolean);
  }

  /** Each instance on a page is a landmark with a name of its own. */
  rename() {
    this.named.textContent = this.called;
    const label = this.instance > 1 ? `${this.called} ${this.instance}` : this.called;
    for (const panel of [this.panel, this.floating, this.sheet]) if (panel) panel.setAttribute("aria-label", label);
    if (this.floating) this.floating.setAttribute("role", "region");
  }

  // ------------------------------------------------------------------------------------------------ the launcher

  open() {
    this.panel = this.narrow.matches ? this.sheet : this.floating;
    this.panel.append(this.content);
    if (this.panel === this.sheet) this.sheet.showModal();
    else if (this.panel.showPopover) this.panel.showPopover();
    else this.panel.hidden = false;
    this.launcher.setAttribute("aria-expanded", "true");
    this.box.focus();
  }

  hide() {
    const panel = this.panel;
    this.panel = null;
    if (panel === this.sheet) panel.close();
    else if (panel.hidePopover) panel.hidePopover();
    else panel.hidden = true;
    this.launcher.setAttribute("aria-expanded", "false");
  }

  /** Taken out of the page: the browser has closed the panel, and what we know of it follows. */
  shut() {
    this.panel = null;
    this.sheet.close();
    this.floating.hidden = !this.floating.hasAttribute("popover");
    this.launcher.setAttribute("aria-expanded", "false");
  }

  close() {
    if (!this.panel) return; // Escape comes as a key and again as the dialog's own event
    this.hide();
    this.launcher.focus();
  }

  /** The screen has become narrow or wide: the other form, with the focus where it was. */
  reopen() {
    const within = this.shadowRoot.activeElement;
    this.hide();
    this.open();
    if (within && this.content.contains(within)) within.focus();
  }

  onPanelKey(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation(); // a host page's own Escape is for its own dialogs
      this.close();
    }
    if (event.key === "Tab" && this.panel === this.sheet) this.wrap(event);
  }

  /** From the last control back to the first, and the other way round. */
  wrap(event) {
    const controls = [...this.content.querySelectorAll("a[href], button, textarea, input, summary")];
    const shown = controls.filter((control) => control.getClientRects().length);
    const [from, to] = event.shiftKey ? [shown[0], shown[shown.length - 1]] : [shown[shown.length - 1], shown[0]];
    if (this.shadowRoot.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  }

  // ------------------------------------------------------------------------------------------------ the question

  onKey(event) {
    const composing = event.isComposing || event.keyCode === 229; // the latter is how Safari says it
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.ask(this.box.value);
  }

  onInput() {
    const most = this.limits.question_characters;
    const left = most - [...this.box.value].length;
    this.box.removeAttribute("aria-invalid");
    this.counter.hidden = left > most * (1 - COUNTED_FROM);
    this.counter.classList.toggle("over", left < 0);
    this.counter.textContent = left < 0 ? `You have ${-left} characters too many.` : `You have ${left} characters left.`;
  }

  /** The first focus: the service's title, its standing texts, its limits. Without them it can still be asked. */
  async contact() {
    try {
      const config = await (await request(`${this.api}/v1/config`, {})).json();
      this.limits = { ...LIMITS, ...config.limits };
      this.called = this.getAttribute("heading") || config.title;
      this.rename();
      this.introduce(config);
      this.onInput();
    } catch (fault) {
      this.fail(fault);
    }
  }

  introduce(config) {
    this.standing = config.standing;
    const starters = config.starters.map((text) => el("li", {}, button(text, () => this.start(text))));
    this.starters = el("div", {}, el("h3", {}, "Questions to start with"), el("ul", { class: "starters" }, ...starters));
    if (this.answers.childElementCount) this.tuckAway();
    else this.bringBack();
  }

  bringBack() {
    if (this.standing) this.introduction.replaceChildren(this.standingTexts(), this.starters);
    this.about.replaceChildren();
  }

  standingTexts() {
    const texts = this.standing.flatMap(({ heading, text }) => [el("h3", {}, heading), el("p", {}, text)]);
    return el("div", { class: "standing" }, ...texts);
  }

  /** Once there is an answer, the standing texts stay within reach below it. */
  tuckAway() {
    if (this.introduction.contains(this.shadowRoot.activeElement)) return; // whoever reads it is left in peace
    this.introduction.replaceChildren();
    if (!this.standing || this.about.childElementCount) return;
    this.about.replaceChildren(fold("About these answers", "", this.standingTexts()));
  }

  start(text) {
    this.box.focus(); // the starters are about to go
    this.ask(text);
  }

  faultIn(question) {
    const over = [...question].length - this.limits.question_characters;
    if (!question.trim()) return "Please type a question first.";
    return over > 0 ? `Your question is ${over} characters too long.` : "";
  }

  /** What a 429 asked for is kept to, without asking again. */
  waitBefore() {
    const waitS = Math.ceil((this.freeAt - Date.now()) / 1000);
    return waitS > 0 ? `Too many questions from one place. Please wait ${waitS} seconds and try again.` : "";
  }

  async ask(question) {
    if (this.asking) return;
    const invalid = this.faultIn(question);
    if (invalid) this.box.setAttribute("aria-invalid", "true");
    const problem = invalid || this.waitBefore();
    if (problem) return this.fail(new Fault(problem));
    const exchange = this.beginExchange(question);
    const body = { question, history: historyOf(this.exchanges, this.limits) };
    const timer = setTimeout(() => this.stop(new Fault("This took too long. Please try again.")), ANSWER_MS);
    try {
      const onEvent = (name, data) => this.onEvent(exchange, name, data);
      const { signal } = this.asking;
      const answer = await ask(this.api, body, this.token, signal, onEvent);
      if (!signal.aborted) this.finish(exchange, answer);
    } catch (fault) {
      exchange.article.remove();
      if (!this.answers.childElementCount) this.bringBack();
      this.abandon(fault);
    } finally {
      clearTimeout(timer);
      this.asking = null;
      this.asker.removeAttribute("aria-disabled");
    }
  }

  abandon(fault) {
    const why = this.asking.why || fault;
    if (why.waitS) this.freeAt = Date.now() + why.waitS * 1000;
    if (why.name !== "AbortError") this.fail(why);
  }

  /** Break off a question that is under way; with no reason given, in silence. */
  stop(why) {
    if (!this.asking) return;
    this.asking.why = why;
    this.asking.abort();
  }

  fail(fault) {
    const ours = fault instanceof Fault;
    this.say(ours ? fault.message : "What came back could not be read. Please try again.", "error");
    this.offerHelp(!ours || fault.again || fault.status > 0);
  }

  /** The links to the full page and to a human stand beside a fault, else at the foot. */
  offerHelp(here) {
    (here ? this.help : this.footLinks).replaceChildren(...this.links());
    (here ? this.footLinks : this.help).replaceChildren();
    this.help.hidden = !here;
    this.footer.hidden = here && !this.foot.textContent;
  }

  /** The one live region. Each change is read out, so there are two a question: searching, and how it ended. */
  say(text, kind = "") {
    this.status.textContent = text;
    this.status.className = `status ${kind}`;
    this.offerHelp(false);
  }

  // ------------------------------------------------------------------------------------------------ the answer

  beginExchange(question) {
    this.asking = new AbortController();
    this.asker.setAttribute("aria-disabled", "true");
    this.say("Looking in the sources…");
    const cards = new Map();
    const blocks = new Blocks((number) => cards.has(number) && cards.get(number).focus());
    const body = el("div", {}, blocks.node);
    const toggle = button("", () => {
      body.hidden = !body.hidden;
      toggle.setAttribute("aria-expanded", String(!body.hidden));
    });
    toggle.setAttribute("aria-expanded", "true");
    toggle.append(unseen("You asked: "), question);
    const article = el("article", { "aria-busy": "true" }, el("h3", {}, toggle), body);
    return { question, cards, blocks, body, toggle, article };
  }

  onEvent(exchange, name, data) {
    if (name === "block") {
      if (!exchange.article.isConnected) this.show(exchange.article);
      exchange.blocks.add(data);
    }
    if (name === "citation") exchange.blocks.cite(data);
  }

  show(article) {
    this.answers.prepend(article);
    this.tuckAway();
  }

  finish(exchange, answer) {
    const { article, blocks } = exchange;
    exchange.answer = answer;
    if (JSON.stringify(blocks.added) !== JSON.stringify(answer.blocks)) this.replaceBlocks(exchange);
    answer.citations.forEach((citation) => exchange.blocks.cite(citation));
    this.complete(exchange);
    if (!article.isConnected) this.show(article);
    article.setAttribute("aria-busy", "false");
    this.foldEarlier();
    this.exchanges.push(exchange);
    this.tuckAway();
    this.tools.hidden = false;
    this.foot.textContent = asOf(answer);
    if (answer.status !== "personal_data") this.box.value = "";
    this.onInput();
    this.say(this.readyWords(answer));
    if (!this.standing) this.contact(); // it failed before; the service is back
  }

  replaceBlocks(exchange) {
    const whole = new Blocks(exchange.blocks.jump);
    exchange.answer.blocks.forEach((block) => whole.add(block));
    exchange.blocks.node.replaceWith(whole.node);
    exchange.blocks = whole;
  }

  readyWords(answer) {
    const sources = byPassage(answer.citations).length;
    if (sources) return `Answer ready, ${sources} source${sources === 1 ? "" : "s"}.`;
    return `Answer ready. ${STATUS_WORDS[answer.status]}.`;
  }

  /** What stands around the blocks: above them how the question was read, below them gaps, sources and the rating. */
  complete(exchange) {
    const { answer, body, toggle } = exchange;
    const hidden = answer.status === "personal_data";
    if (hidden) toggle.replaceChildren("Your question is not shown");
    const understood = !hidden && answer.status !== "crisis" && answer.question_understood;
    const read = understood && el("p", { class: "quiet" }, el("strong", {}, "How I read your question: "), understood);
    body.prepend(...[read, banner(answer, exchange.blocks.node), legend(answer)].filter(Boolean));
    const untold = answer.gaps.filter((gap) => !answer.blocks.some(({ text }) => text === gap));
    const parts = [
      list("What the sources do not say", "gaps", untold),
      this.nearest(answer.nearest),
      list("You could ask", "suggestions", answer.suggestions),
      ...this.sources(exchange),
      NOT_RATED.includes(answer.status) ? null : this.rating(answer),
    ];
    body.append(...parts.filter(Boolean));
  }

  nearest(found) {
    const cards = el("ul", { class: "sources" }, ...found.map(nearestCard));
    return found.length ? el("div", {}, el("h4", {}, "The nearest passages"), cards) : null;
  }

  sources({ answer, cards }) {
    if (!answer.citations.length) return [];
    const passage = async (id) => (await request(`${this.api}/v1/passages/${encodeURIComponent(id)}`, {})).json();
    const made = byPassage(answer.citations).map((group) => {
      const card = sourceCard(group, passage);
      group.forEach(({ marker }) => cards.set(marker, card));
      return card;
    });
    return [el("p", { class: "quiet" }, CAUTION), el("h4", {}, "Sources"), el("ol", { class: "sources" }, ...made)];
  }

  /** Earlier answers fold away, except the one that the reader is in. */
  foldEarlier() {
    for (const { body, toggle } of this.exchanges) {
      if (body.contains(this.shadowRoot.activeElement)) continue;
      body.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
    }
  }

  // ------------------------------------------------------------------------------------------------ rate, save, clear

  rating(answer) {
    const yes = button("Yes", () => send("useful"));
    const no = button("No", () => {
      why.hidden = !why.hidden;
      no.setAttribute("aria-expanded", String(!why.hidden));
    });
    no.setAttribute("aria-expanded", "false");
    const choices = Object.entries(REASONS).map(([value, text]) => {
      const choice = el("input", { type: "radio", name: `why-${answer.answer_id}`, value, checked: value === "other" });
      return el("label", { class: "reason" }, choice, text);
    });
    const chosen = () => why.querySelector("input:checked").value;
    const sender = button("Send the rating", () => send("not_useful", chosen()));
    const why = el("fieldset", { hidden: true }, el("legend", {}, "What is wrong with it?"), ...choices, sender);
    const row = el("div", { class: "row" }, el("strong", {}, "Is this answer useful?"), yes, no);
    const whole = el("div", { role: "group", "aria-label": "Rate this answer" }, row, why);
    let sent = false;
    const send = async (verdict, reason) => {
      if (sent) return;
      sent = true;
      const done = el("p", { tabindex: "-1" }, await this.rate({ answer_id: answer.answer_id, verdict, reason }));
      const held = whole.contains(this.shadowRoot.activeElement);
      whole.replaceChildren(done);
      if (held) done.focus();
    };
    return whole;
  }

  /** Send a rating; the words say what became of it. No part of the question goes with it. */
  async rate(body) {
    try {
      await post(`${this.api}/v1/feedback`, body);
      return "Thank you. Only your rating was sent, not your question.";
    } catch (fault) {
      return fault.status === 404 || fault.status === 405
        ? "Ratings are not collected here. Nothing was sent on."
        : `Your rating could not be sent. ${fault.message}`;
    }
  }

  save() {
    const text = copyOf(this.called, this.exchanges, new Date());
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
    el("a", { href: address, download: "anchorline.txt" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  clear() {
    this.stop();
    this.exchanges = [];
    this.token = newToken();
    this.answers.replaceChildren();
    this.foot.textContent = "";
    this.tools.hidden = true;
    this.box.value = "";
    this.onInput();
    this.bringBack();
    this.say("The conversation is cleared.");
    this.box.focus();
  }
}

/** The service's address without a slash at its end: as given, or where this file came from. */
function serviceAddress(given) {
  const address = new URL(given || import.meta.url, document.baseURI);
  return (given ? address.href : address.origin).replace(/\/+$/, "");
}

// An old browser without constructed style sheets keeps the link that stands inside the element.
if ("adoptedStyleSheets" in Document.prototype && !customElements.get("anchorline-assistant")) {
  customElements.define("anchorline-assistant", AnchorlineAssistant);
}

export { AnchorlineAssistant, VERSION };
