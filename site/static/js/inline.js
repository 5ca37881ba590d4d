/* Comments on passages: drawn where they are read. What comes of a click or a selection is in passages.js, which is
   loaded when it is wanted; docs/inline.md is the contract. */
import { $, $$, focus, on } from "./page.js";
import { keep, safely } from "./composer.js";
import { VERSION, canonical } from "./canon.js";

export const prose = $(`[data-ia-text="${VERSION}"]`);
prose.after($("#ia-tools").content);
const pop = $("#ia-pop");
const isOpen = () => pop.matches(":popover-open");

/* --- drawing */

export let map;
export let passages = [];

/** Cut passages into stretches that do not overlap, each with the number of passages there. */
function* stretches() {
  const edges = passages.flatMap(({ start, end }) => [[start, 1], [end, -1]]).sort(([a], [b]) => a - b);
  let [from, depth] = [0, 0];
  for (const [at, step] of edges) {
    if (depth && at > from) yield [from, at, Math.min(depth, 3)];
    [from, depth] = [at, depth + step];
  }
}

/** Read the article, once as long as it is the same. */
export function read() {
  map = canonical(prose);
  passages = $$("a.ia[data-start]", prose).map((marker) => {
    const { start, end } = marker.dataset;
    return { marker, start: Number(start), end: Number(end) };
  });
}

/** Draw the passages. Nothing in the page is changed; without the API there are the markers. */
export function draw() {
  if (!CSS.highlights) return;
  const layers = [1, 2, 3].map(() => new Highlight());
  for (const [start, end, depth] of stretches()) layers[depth - 1].add(new StaticRange(map.range(start, end)));
  layers.forEach((layer, n) => CSS.highlights.set(`ia-${n + 1}`, layer));
}

/** Draw one passage more strongly than the others; without one, none. */
export function mark(span) {
  if (!CSS.highlights) return;
  if (!span) return CSS.highlights.delete("ia-on");
  const layer = new Highlight(new StaticRange(map.range(span.start, span.end)));
  layer.priority = 1;
  CSS.highlights.set("ia-on", layer);
}

/** Return the rectangles that words take on the screen. */
export function boxes({ start, end }) {
  const { startContainer, startOffset, endContainer, endOffset } = map.range(start, end);
  const range = new Range();
  range.setStart(startContainer, startOffset);
  range.setEnd(endContainer, endOffset);
  return [...range.getClientRects()];
}

/** Return the passages under a point, the shortest first. */
function under({ clientX: x, clientY: y }) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (!caret || !prose.contains(caret.offsetNode)) return [];
  const here = map.offset(caret.offsetNode, caret.offset, true);
  return passages
    .filter(({ start, end }) => start <= here && here <= end)
    .filter((one) => boxes(one).some((box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom))
    .sort((a, b) => a.end - a.start - (b.end - b.start));
}

prose.addEventListener("pointermove", (event) => {
  if (isOpen() || event.pointerType !== "mouse" || event.buttons) return;
  const [one] = under(event);
  prose.classList.toggle("over", Boolean(one));
  mark(one);
});
prose.addEventListener("pointerleave", () => isOpen() || mark());

/* --- opening */

/* By the address in the page: files that name each other could not have each other's hashes in their names. */
const more = () => import($("#ia-tools").dataset.use);
const spanOf = (marker) => passages.find((one) => one.marker === marker) ?? { marker, start: 0, end: 0 };
/** Where it cannot be shown here, go where the link leads. */
const show = (span, others) =>
  more()
    .then((module) => module.show(span, others))
    .catch(() => location.assign(span.marker.href));

on("click", "a.ia", (marker, event) => {
  event.preventDefault();
  show(spanOf(marker));
});
prose.addEventListener("click", (event) => {
  if (event.target.closest("a, button, summary") || !getSelection().isCollapsed) return;
  const [one, ...others] = under(event);
  if (one) show(one, others);
});
on("click", ".quoted blockquote a", (link, event) => {
  const marker = document.getElementById(link.hash.slice(1))?.closest(".ia-m")?.querySelector("a.ia");
  if (!marker) return;
  event.preventDefault();
  pop.hidePopover();
  focus(marker);
  if ("start" in marker.dataset) mark(spanOf(marker));
});

/* --- what the server answers */

export const fragment = (html) => new DOMParser().parseFromString(html, "text/html");

/** Bring the article and its counts up to date. */
export async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && fragment(await answer.text());
  const fresh = page && $(`[data-ia-text="${VERSION}"]`, page);
  if (!fresh) return;
  prose.replaceChildren(...fresh.childNodes);
  prose.dataset.revision = fresh.dataset.revision;
  const [old, filter] = [$("#thread .filter"), $("#thread .filter", page)];
  old?.remove();
  if (filter) $("#thread").prepend(filter), htmx.process(filter);
  read();
  draw();
  prose.dispatchEvent(new Event("refreshed"));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 201 || !/:0:[pn]/.test(detail.elt.dataset.draft)) return;
  pop.hidePopover();
  refresh();
});
document.addEventListener("htmx:load", ({ detail }) => {
  if (!detail.elt.matches?.("[data-reselect]")) return;
  keep(detail.elt, { again: true });
  refresh();
});

read();
draw();

/* Only where this reader may choose words. */
const box = $("[data-do=ia-key]");
if (box) {
  box.checked = safely(() => localStorage[box.name]);
  box.addEventListener("change", () => safely(() => (localStorage[box.name] = box.checked ? 1 : "")));
  document.addEventListener("selectionchange", function first() {
    if (getSelection().isCollapsed) return;
    document.removeEventListener("selectionchange", first);
    more();
  });
}
