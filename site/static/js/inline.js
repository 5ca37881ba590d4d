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
/** All markers with their passages; those without words that are drawn have no end. And those with. */
let marked = [];
let passages = [];

/** Cut passages into stretches that do not overlap, in reading order, each with the number of passages there. */
function stretches() {
  const sorted = (edge) => Uint32Array.from(passages, (one) => one[edge]).sort();
  const [starts, ends, found] = [sorted("start"), sorted("end"), []];
  let [opened, closed, from] = [0, 0, 0];
  while (closed < ends.length) {
    const opens = starts[opened] < ends[closed];
    const at = opens ? starts[opened] : ends[closed];
    if (opened > closed && at > from) found.push({ start: from, end: at, depth: Math.min(opened - closed, 3) });
    from = at;
    if (opens) opened++;
    else closed++;
  }
  return found;
}

/** Read the article, once as long as it is the same. */
export function read() {
  spread();
  map = canonical(prose);
  marked = $$("a.ia", prose).map((marker) => {
    const [start, end] = ["data-start", "data-end"].map((name) => Number(marker.getAttribute(name)));
    return { marker, start, end, text: marker.textContent, label: marker.ariaLabel };
  });
  passages = marked.filter(({ end }) => end);
}

/** Draw the passages. Nothing in the page is changed; without the API there are the markers. */
export function draw() {
  if (!CSS.highlights) return;
  const layers = [[], [], []];
  const found = stretches();
  map.ranges(found).forEach((range, n) => layers[found[n].depth - 1].push(new StaticRange(range)));
  layers.forEach((layer, n) => CSS.highlights.set(`ia-${n + 1}`, new Highlight(...layer)));
}

/* --- markers that stand too near for a finger: the last of them speaks for all */

const NEAR = 24;
/** The passages that a marker which can be seen stands for. */
let bundles = new Map();

/** Show each marker by itself again. */
function spread() {
  for (const bundle of bundles.values()) {
    for (const { marker, text, label } of bundle) {
      marker.parentNode.classList.remove("in-next");
      marker.textContent = text;
      marker.ariaLabel = label;
    }
  }
  bundles.clear();
}

/** Put markers together that are nearer than 24 px to the next on their line, with the sum of their comments. */
export function collapse() {
  spread();
  const all = marked.map((one) => ({ one, box: one.marker.getBoundingClientRect() })).filter(({ box }) => box.width);
  const isNear = ({ box: a }, { box: b }) =>
    a.top < b.bottom && b.top < a.bottom && Math.max(a.left, b.left) - Math.min(a.right, b.right) < NEAR;
  let bundle = [];
  all.forEach((here, n) => {
    bundle.push(here.one);
    if (n + 1 < all.length && isNear(here, all[n + 1])) return;
    if (bundle.length > 1) join(bundle);
    bundle = [];
  });
}

function join(bundle) {
  const { marker } = bundle.at(-1);
  const sum = bundle.reduce((sum, { text }) => sum + Number(text.replace("?", "")), 0);
  for (const one of bundle) one.marker.parentNode.classList.toggle("in-next", one.marker !== marker);
  marker.textContent = `${bundle.some(({ text }) => text.startsWith("?")) ? "?" : ""}${sum || ""}`;
  marker.ariaLabel = bundle.map(({ label }) => label).join("; ");
  bundles.set(marker, bundle);
}

/** The marker that speaks for this one. */
export const speaker = (marker) =>
  [...bundles].find(([, bundle]) => bundle.some((one) => one.marker === marker))?.[0] ?? marker;

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

/** What is not drawn has no length here, and comes last. */
const length = ({ start, end }) => end - start || Infinity;
const shorter = (a, b) => length(a) - length(b);

/** Return the passages under a point, the shortest first. */
function under({ clientX: x, clientY: y }) {
  const caret = document.caretPositionFromPoint?.(x, y);
  if (!caret || !prose.contains(caret.offsetNode)) return [];
  const here = map.offset(caret.offsetNode, caret.offset, true);
  return passages
    .filter(({ start, end }) => start <= here && here <= end)
    .filter((one) => boxes(one).some((box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom))
    .sort(shorter);
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
const spanOf = (marker) => marked.find((one) => one.marker === marker);
/** Where it cannot be shown here, go where the link leads. */
const show = (span, others) =>
  more()
    .then((module) => module.show(span, others))
    .catch(() => location.assign(span.marker.href));

on("click", "a.ia", (marker, event) => {
  event.preventDefault();
  const [one, ...others] = (bundles.get(marker) ?? [spanOf(marker)]).toSorted(shorter);
  show(one, others);
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
  focus(speaker(marker));
  if (spanOf(marker).end) mark(spanOf(marker));
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
  collapse();
  prose.dispatchEvent(new Event("refreshed"));
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status !== 201 || !(pop.contains(detail.elt) || /:0:[pn]/.test(detail.elt.dataset.draft))) return;
  pop.hidePopover();
  refresh();
  // Before the form has taken its leave.
}, true);
document.addEventListener("htmx:load", ({ detail }) => {
  if (!detail.elt.matches?.("[data-reselect]")) return;
  keep(detail.elt, { again: true });
  refresh();
});

read();
draw();
collapse();
let width = prose.clientWidth;
new ResizeObserver(() => {
  if (width !== (width = prose.clientWidth)) requestAnimationFrame(collapse);
}).observe(prose);

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
