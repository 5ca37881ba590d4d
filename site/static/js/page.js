/* What the modules share. */

export const $ = (selector, within = document) => within.querySelector(selector);
export const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Call `act(element, event)` for events on elements that match, now and later; clicks for a new tab stay the browser's. */
export const on = (type, selector, act) =>
  document.addEventListener(type, (event) => {
    const found = event.target.closest?.(selector);
    const elsewhere = type === "click" && (event.ctrlKey || event.metaKey || event.shiftKey);
    if (found && !elsewhere) act(found, event);
  });

/** A sentence of the page's language (templates/ui/words.html), `%s` replaced. */
export const word = (name, value = "") => ($("#words")?.dataset[name] ?? "").replace("%s", value);

/** Numbers as the server writes them, in western digits; and back. */
export const local = (number) => number.toLocaleString(`${document.documentElement.lang}-u-nu-latn`);
export const digits = (element) => Number(element.textContent.replace(/\D/g, ""));

const plural = new Intl.PluralRules(document.documentElement.lang);

/** A sentence about so many, in the plural form that the language has for them. */
export const words = (name, number) => word(name + plural.select(number), local(number));

/** Change the number of comments in the headline, and its words with it; the page of a form alone has none. */
export const count = (by) => {
  const line = $("#count[data-n]");
  if (!line || !by) return;
  line.dataset.n = Number(line.dataset.n) + by;
  line.textContent = words("count", Number(line.dataset.n));
};

let quiet;

/** Say something politely, also when it is what was said last; `loud` shows it for a while. */
export const say = (text, loud = false) => {
  const status = $("#status");
  status.textContent = "";
  status.className = loud ? "toast" : "vh";
  setTimeout(() => (status.textContent = text), 60);
  clearTimeout(quiet);
  quiet = setTimeout(() => (status.className = "vh"), 8000);
};

/** Focus something that is not a control, without a tab stop staying behind. */
export const focus = (element) => {
  if (!element) return;
  if (!element.matches("a, button, input, textarea, summary, [tabindex]")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest" });
};

/** Let everybody know of an element that a module, not htmx, put into the page. */
export const arrived = (element) => {
  htmx.process(element);
  element.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: element } }));
};

/** Call `act(root)` for the page, and for whatever htmx or a module puts into it. */
export const onContent = (act) => {
  act(document.body);
  document.addEventListener("htmx:load", (event) => event.detail.elt !== document.body && act(event.detail.elt));
};

/** POST as the page's own forms do. Rejects with an Error in words. */
export const post = async (url, fields = {}) => {
  const headers = { Accept: "application/json", ...JSON.parse(document.body.getAttribute("hx-headers") ?? "{}") };
  const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(fields) }).catch(() => {
    throw new Error(word("offline"));
  });
  const isJson = answer.headers.get("Content-Type")?.includes("json");
  const data = answer.status === 204 ? {} : isJson ? await answer.json() : { error: reason(await answer.text()) };
  if (!answer.ok) throw new Error(data.error || word("offline"));
  return data;
};

/** The sentence on an error page. */
export const reason = (html) =>
  new DOMParser().parseFromString(html, "text/html").getElementById("why")?.textContent.trim() || word("failed");
