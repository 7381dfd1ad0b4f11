// What Gradio's page lacks: links that change the page without loading it anew, and help for readers with a keyboard or
// a screen reader. Answers come from the server as HTML; nothing is stored, and only this service is called.
(() => {
  const byId = (id) => document.getElementById(id);
  const PATIENCE_MS = 3_000;
  const service = document.currentScript.src; // beside this file is all that the service offers, under whatever path
  let arrived = false;

  // --- addresses: a link's query goes to the server in a hidden box ---
  const hand = (text, button) => {
    const box = document.querySelector("#al-call textarea, #al-call input");
    if (!box) return;
    box.value = text;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => byId(button).click(), 50); // once Gradio has taken the value over
  };
  const place = () => {
    const fields = new URLSearchParams(location.search);
    if (fields.has("q")) return fields.get("show") === "sources" ? '#al-conversation [id^="sources-"]' : "#al-conversation h2";
    const asks = !["page", "programme", "passage"].some((name) => fields.has(name)) || fields.get("page") === "ask";
    return asks ? "#al-question textarea" : "#al-view h2";
  };
  const go = (selector = place()) => {
    const before = document.querySelector(selector);
    const until = Date.now() + PATIENCE_MS;
    const arrive = () => {
      const found = document.querySelector(selector);
      if ((!found || found === before) && Date.now() < until) return setTimeout(arrive, 50);
      const shown = document.querySelector("#al-view h2");
      const title = document.querySelector("#al-title-bar h1").textContent;
      document.title = shown ? `${shown.textContent} – ${title}` : title;
      if (found && found !== before) focusOn(found);
    };
    hand(location.search || "?", "al-go");
    arrive();
  };
  addEventListener("popstate", () => go());

  const follow = (link) => {
    const menu = link.closest("#al-facets details, details.al-filter");
    history.pushState(null, "", location.pathname + link.getAttribute("href"));
    if (menu?.id) go(`#${menu.id} > summary`);
    else go(link.closest("#al-facets") ? "#al-facets summary" : place());
  };

  // --- what the service refuses: Gradio stays silent then, and the last answer would pass for the new one ---
  const UNREACHABLE = "Anchorline cannot be reached. Check your connection and try again.";
  const refused = (words) => {
    const place = document.querySelector("#al-refused p");
    if (!place) return;
    place.textContent = words;
    byId("al-progress")?.classList.toggle("al-stale", Boolean(words));
    if (!words) return;
    place.scrollIntoView({ block: "nearest" });
    if (waiting) tell(waiting.inside, words);
    waiting = null;
  };
  const fetched = window.fetch;
  const unreached = (fault) => {
    if (fault.name !== "AbortError") refused(UNREACHABLE);
    throw fault;
  };
  const readToItsEnd = async (stream) => {
    for (const reader = stream.getReader(); !(await reader.read()).done; );
  };
  window.fetch = async (...asked) => {
    const [, call] = /\/gradio_api\/queue\/(join|data)$/.exec(new URL(asked[0]?.url ?? asked[0], location.href).pathname) ?? [];
    if (!call) return fetched(...asked);
    if (call === "join") refused("");
    const response = await fetched(...asked).catch(unreached);
    if (!response.ok) {
      const said = await response.clone().json().catch(() => null);
      refused(said?.error?.message ?? UNREACHABLE);
    } else if (call === "data") {
      readToItsEnd(response.clone().body).catch(unreached).catch(() => {}); // an answer may break off half way
    }
    return response;
  };

  // --- what has been shown ---
  const settle = () => {
    const status = byId("al-progress");
    if (status && status.getAttribute("role") !== "status") {
      status.setAttribute("role", "status"); // set before it first speaks: a region that arrives full is not read
      status.setAttribute("aria-live", "polite");
    }
    const refusal = byId("al-refused");
    if (refusal && refusal.getAttribute("role") !== "alert") refusal.setAttribute("role", "alert");
    document.querySelectorAll("#al-nav a").forEach((link) => {
      const here = link.classList.contains("al-here") ? "page" : null;
      if (here && !link.hasAttribute("aria-current")) link.setAttribute("aria-current", here);
    });
    if (!arrived && byId("al-footer")?.innerText.trim() && byId("al-go")) {
      arrived = true;
      if (location.search.length > 1) go();
    }
    takeSaved();
  };
  const focusOn = (element) => {
    for (let around = element.closest("details"); around; around = around.parentElement.closest("details")) {
      if (element.tagName !== "SUMMARY") around.open = true;
    }
    if (!element.matches("a, button, summary, textarea")) element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: element.matches("textarea, summary") ? "nearest" : "start" });
  };
  new MutationObserver(settle).observe(document, { childList: true, subtree: true });

  // --- copying, saving, rating ---
  const tell = (inside, words) => {
    inside.querySelector(".al-told").textContent = words;
  };
  const copy = (inside, text, words) =>
    navigator.clipboard?.writeText(text).then(
      () => tell(inside, words),
      () => tell(inside, "The browser does not allow copying here."),
    ) ?? tell(inside, "The browser does not allow copying here.");
  const download = (name, parts, type) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(parts, { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  };

  let waiting = null; // the answer whose Word file is being made
  const takeSaved = () => {
    const [nonce, data] = byId("al-saved")?.querySelectorAll("p") ?? [];
    if (!waiting || nonce?.textContent !== waiting.nonce) return;
    const { inside } = waiting;
    waiting = null;
    if (!data.textContent) return tell(inside, "This answer has left the session. Please ask again to save it.");
    const bytes = Uint8Array.from(atob(data.textContent), (character) => character.charCodeAt(0));
    download("anchorline-answer.docx", [bytes], "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    tell(inside, "Saved as Word.");
  };

  const act = (button) => {
    const inside = button.closest(".al-actions");
    if (button.value === "copy") copy(inside, inside.querySelector(".al-plain").textContent, "Answer copied.");
    if (button.value === "markdown") {
      download("anchorline-answer.md", [inside.querySelector(".al-markdown").textContent], "text/markdown");
      tell(inside, "Saved as Markdown.");
    }
    if (button.value === "word") {
      waiting = { inside, nonce: String(Date.now()) };
      tell(inside, "Making the file…");
      hand(`${button.closest(".al-answer").id.replace("answer-", "")} ${waiting.nonce}`, "al-save");
    }
  };

  const rate = async (button) => {
    const inside = button.closest(".al-rating");
    const reasons = inside.querySelector(".al-reasons");
    const reason = button.classList.contains("al-reason") ? button.value : null;
    const verdict = reason ? "not_useful" : button.value;
    inside.querySelectorAll(".al-rate").forEach((one) => one.setAttribute("aria-pressed", String(one.value === verdict)));
    reasons.hidden = verdict === "useful";
    const rating = { answer_id: inside.closest(".al-answer").id.replace("answer-", ""), verdict, ...(reason && { reason }) };
    const sent = await fetch(new URL("v1/feedback", service), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(rating),
    }).catch(() => null);
    if (!sent?.ok) return tell(inside, "Your rating could not be taken just now.");
    const more = verdict === "not_useful" && !reason;
    tell(inside, more ? "Thank you. You can say what was wrong." : "Thank you. Your rating has been noted.");
  };

  // --- one listener for all that is clicked ---
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button.al-act, button.al-rate, button.al-reason");
    if (button) return button.classList.contains("al-act") ? act(button) : void rate(button);
    const link = event.target.closest?.(".gradio-container a");
    const href = link?.getAttribute("href") ?? "";
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button) return;
    if (href.startsWith("#")) {
      const target = byId(decodeURIComponent(href.slice(1)));
      if (!target) return;
      event.preventDefault(); // the page's <base> would otherwise drop the address's own query
      focusOn(target);
    } else if (href.startsWith("?")) {
      event.preventDefault();
      if (!link.classList.contains("al-copied")) return follow(link);
      copy(link.closest(".al-actions"), location.origin + location.pathname + href, "Link copied.");
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.("details.al-pick[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
})();
