// What Gradio's page lacks for a reader with a screen reader or a keyboard. No text comes from here; nothing is stored.
// The page works without this file: links then jump by themselves, and answers are read when reached.
(() => {
  const announce = () => {
    const region = document.getElementById("al-progress");
    if (region && region.getAttribute("role") !== "status") {
      region.setAttribute("role", "status"); // set before it first speaks: a region that arrives full is not read
      region.setAttribute("aria-live", "polite");
    }
  };
  new MutationObserver(announce).observe(document, { childList: true, subtree: true });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('.gradio-container a[href^="#"]');
    const target = link && document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));
    if (!target) return;
    event.preventDefault(); // the page's <base> would otherwise drop the address's own query
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  });
})();
