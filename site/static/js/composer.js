/* The form that comments are written in: counter, preview, Ctrl+Enter, and drafts that outlive the page. */
import { $, $$, focus, local, on, onContent, say, word } from "./page.js";

/* Drafts are kept per article and answered comment, until the comment is accepted. */
const prefix = "parkbench-draft:";

/** Storage can be full or switched off: then there are no drafts. */
export const safely = (act) => {
  try {
    return act();
  } catch {
    return null;
  }
};

const read = (key) => safely(() => JSON.parse(localStorage.getItem(prefix + key)));
export const drop = (key) => safely(() => localStorage.removeItem(prefix + key));

/** Remember what the form holds, unless the server put it there and it is not what was typed. */
export const keep = (form, more) => {
  const { value: text, defaultValue } = $("[name=body]", form);
  if (!text.trim() || (text === defaultValue && !("typed" in form.dataset))) return drop(form.dataset.draft);
  const draft = JSON.stringify({ text, at: Date.now(), ...more });
  safely(() => localStorage.setItem(prefix + form.dataset.draft, draft));
};

/** Put the draft into a form that was not touched. Returns whether there was one. */
export const restore = (form) => {
  const area = $("[name=body]", form);
  const text = read(form.dataset.draft)?.text;
  if (!text || text === area.value || area.value !== area.defaultValue) return false;
  area.value = text;
  return true;
};

/** Drafts of one article with their keys, newest first. */
export const draftsOf = (article) =>
  (safely(() => Object.keys(localStorage)) ?? [])
    .filter((key) => key.startsWith(`${prefix}${article}:`))
    .map((key) => key.slice(prefix.length))
    .map((key) => ({ key, ...read(key) }))
    .sort((a, b) => b.at - a.at);

const letters = (text) => text.replace(/[^\p{L}\p{N}]/gu, "");

/** A form sent without htmx was accepted if the comment that is shown next says the same. */
export const dropSent = (article, shown) => {
  for (const { key, text, sent } of draftsOf(article)) {
    if (sent && letters(shown).startsWith(letters(text).slice(0, 40))) drop(key);
  }
};

export const area = (form) => $("[name=body]", form);

/** Keep and count what the form holds now. */
export function changed(form) {
  const { limit } = form.dataset;
  const used = [...area(form).value].length;
  const shown = $(".count", form);
  shown.hidden = used < 0.8 * limit;
  shown.textContent = `${local(used)} / ${local(Number(limit))}`;
  if (shown.classList.toggle("over", used > limit)) say(word("over", local(used - limit)));
  keep(form);
}

onContent((root) => {
  for (const form of root.matches(".composer") ? [root] : $$(".composer", root)) {
    // The page of a visitor is the same for everybody, so this form has no key of its own yet.
    const key = $("[name=key]", form);
    if (key) key.value ||= crypto.randomUUID?.() ?? "";
    if (restore(form)) say(word("restored"));
    changed(form);
  }
});

on("input", ".composer", changed);

on("keydown", ".composer", (form, event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.requestSubmit($(".primary", form));
});

on("click", "[data-do=preview]", async (button) => {
  const { form } = button;
  const view = $(".preview", form);
  const open = view.hidden;
  if (open) await htmx.ajax("POST", button.dataset.url, { target: view, values: { body: area(form).value } });
  view.hidden = !open;
  area(form).hidden = open;
  button.ariaPressed = open;
  focus(open ? view : area(form));
});

/* From a hint back to the text, with the words that it is about selected. */
on("click", ".composer [data-find]", (link, event) => {
  event.preventDefault();
  const text = area(link.closest(".composer"));
  const words = link.dataset.find;
  focus(text);
  const at = words ? text.value.toLowerCase().indexOf(words.toLowerCase()) : -1;
  if (at >= 0) text.setSelectionRange(at, at + words.length);
});
