/* Reading: order and pages in place, folding, links to comments, relative times, sharing. */
import { $, $$, arrived, focus, on, onContent, post, say, word } from "./page.js";

document.addEventListener("htmx:beforeSwap", (event) => {
  const { elt, xhr } = event.detail;
  if (!elt.closest("li.more") || xhr.status !== 200) return;
  // A comment that was posted or voted up meanwhile may be on the page already.
  const answer = document.createElement("template");
  answer.innerHTML = xhr.responseText;
  for (const item of $$("li[id]", answer.content)) if (document.getElementById(item.id)) item.remove();
  event.detail.serverResponse = answer.innerHTML;
  const [first] = $$("li[id]", answer.content);
  say(word("loaded", $$("li[id]", answer.content).length));
  setTimeout(() => first && focus($(`#${first.id} > article`)), 50);
});

// Back must show what was there: an address without an order means the order chosen last.
on("htmx:beforeRequest", ".tabs a", () => {
  const address = new URL(location);
  const order = $(".tabs:not(.filter) [aria-current]");
  if (!order || address.searchParams.has("sort")) return;
  address.searchParams.set("sort", order.id);
  address.hash = "";
  history.replaceState(history.state, "", address);
});

on("htmx:afterSwap", "#thread", (thread, { detail }) => {
  const chosen = $$(".tabs [aria-current]", thread).map((link) => link.textContent);
  if (detail.target === thread) say(word($(".filter", thread) ? "shown" : "sorted", chosen.join(", ")));
});

on("click", ".all", (link, event) => {
  event.preventDefault();
  const text = link.previousElementSibling;
  const folded = text.classList.toggle("long");
  link.dataset.more ??= link.textContent;
  link.textContent = folded ? link.dataset.more : word("less");
  if (folded) text.closest("li").scrollIntoView({ block: "nearest" });
});

on("click", "a.to", (link, event) => {
  const id = link.href.match(/(\d+)\/?$/)?.[1];
  const inside = link.closest("[popover]");
  const item = id && document.getElementById(`${inside ? "in-" : ""}c${id}`);
  if (!item) return;
  event.preventDefault();
  if (!inside) location.hash = item.id;
  focus($("article", item));
});

/** Show the comment that the address names, also inside a closed branch. */
function reveal() {
  const item = /^#c\d+$/.test(location.hash) && $(location.hash);
  if (!item) return;
  for (let box = item.closest("details"); box; box = box.parentNode.closest("details")) box.open = true;
  if (!item.offsetParent) location.assign(`/comments/${item.id.slice(1)}/`);
}
addEventListener("hashchange", reveal);
reveal();

/* Times are relative for a week. */
const language = document.documentElement.lang;
const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const units = [
  ["minute", 60],
  ["hour", 3600],
  ["day", 86400],
];

function relate(time) {
  const moment = new Date(time.dateTime);
  const seconds = (moment - Date.now()) / 1000;
  const [unit, size] = units.findLast(([, size]) => -seconds >= size) ?? units[0];
  time.title ||= absolute.format(moment);
  if (seconds > -7 * 86400) time.textContent = relative.format(Math.trunc(seconds / size), unit);
}

const all = "time[datetime]:not([data-day])";
onContent((root) => $$(all, root).forEach(relate));
setInterval(() => document.hidden || $$(all).forEach(relate), 60_000);

/* Shares go to the device's own sheet, to the clipboard or to a mail; we only count them. */
const counted = (box) => post(box.dataset.count).catch(() => {});

onContent((root) =>
  $$("[data-do=share]", root).forEach((button) => (button.hidden = !navigator.share)),
);

on("click", ".share [data-do]", async (button) => {
  const box = button.closest(".share");
  const { url } = box.dataset;
  if (button.dataset.do === "mail") return counted(box);
  try {
    if (button.dataset.do === "copy") await navigator.clipboard.writeText(url);
    else await navigator.share({ url, title: document.title });
  } catch {
    return;
  }
  if (button.dataset.do === "copy") say(word("copied"), true);
  counted(box);
});

// A comment's Share link opens the comment's own page; here it opens the same choices below the comment.
on("click", ".sh", (link, event) => {
  event.preventDefault();
  const footer = link.closest("footer");
  const open = $(".share", footer.parentNode);
  link.ariaExpanded = String(!open);
  if (open) return open.remove();
  const box = $("#share-box").content.firstElementChild.cloneNode(true);
  const path = link.getAttribute("href");
  box.dataset.url = link.href;
  box.dataset.count = `${path}share/`;
  $("a", box).href = `mailto:?body=${encodeURIComponent(link.href)}`;
  footer.after(box);
  arrived(box);
  focus($(":is(button, a):not([hidden])", box));
});
