/* Passages in use: the popover with what is said about one, and the button that begins one from a selection. */
import { $, $$, arrived, focus, on, say, word } from "./page.js";
import { area, changed, draftsOf, drop } from "./composer.js";
import { boxes, fragment, map, mark, prose, refresh, speaker } from "./inline.js";

const CONTEXT = 64;
const [pop, pick] = [$("#ia-pop"), $("#ia-pick")];
const said = $("#ia-tools").dataset;
/** The passage that the popover shows, or the words that somebody is about to comment on; and others in that place. */
let shown = null;
let listed = [];

/* --- what is said about a passage */

/** Put something beside words: below their last line, from where it begins. */
function put(element, all) {
  const box = all.at(-1);
  const isRtl = getComputedStyle(prose).direction === "rtl";
  const left = isRtl ? box.right - element.offsetWidth : box.left;
  element.style.left = `${scrollX + Math.max(8, Math.min(left, innerWidth - element.offsetWidth - 8))}px`;
  element.style.top = `${scrollY + box.bottom + 8}px`;
}

const ask = (url) => fetch(url, { headers: { "HX-Request": "true" } });

const refers = ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"];

/** The thread of the passage, which may be on the page below as well: here it has ids of its own. */
function threadOf(part) {
  // The quote is on top, and the rest of a long discussion has its own place.
  for (const extra of $$("li .quoted, li.more", part)) extra.remove();
  const list = document.createElement("ol");
  list.append(...$$("#roots > li, .held > li", part));
  for (const item of $$("*", list)) {
    for (const name of refers) if (item.hasAttribute(name)) item.setAttribute(name, `in-${item.getAttribute(name)}`);
  }
  return list;
}

/** Open the popover on a passage, or on words that are to become one. */
function open(span, others, back, title, ...content) {
  const inside = $(".ia-in", pop);
  inside.replaceChildren(...content);
  listed = others;
  const links = others.map(({ marker, label }) => {
    const link = document.createElement("a");
    [link.href, link.textContent] = [marker.href, label];
    return link;
  });
  $(".ia-title", pop).textContent = title;
  $("nav", pop).hidden = !links.length;
  $("nav", pop).replaceChildren(...links);
  for (const all of $$(".ia-all", pop)) all.hidden = !span.marker;
  if (span.marker) $("p.ia-all a", pop).href = span.marker.href;
  // Escape leads back to what has the focus now.
  back.focus({ preventScroll: true });
  pop.showPopover();
  mark((shown = span));
  put(pop, span.end ? boxes(span) : [back.getBoundingClientRect()]);
  pop.scrollTop = 0;
  arrived(inside);
}

/** Show what is said about a passage; where that fails, go where its link leads. */
export async function show(span, others = []) {
  const { marker } = span;
  const id = marker.id.slice(3);
  const there = $(`#thread #composer-p${id}`);
  if (there) return focus(there.closest(".passage"));
  const answer = await ask(marker.dataset.part).catch(() => null);
  const part = answer?.ok && fragment(await answer.text());
  const section = part && $(".passage", part);
  if (!section) return location.assign(marker.href);
  const title = $("h3", section);
  title.remove();
  section.removeAttribute("aria-labelledby");
  $(".quoted", section).after(threadOf(part));
  open(span, others, speaker(marker), title.textContent, section);
  focus(pop);
}

on("click", "#ia-pop nav a", (link, event) => {
  event.preventDefault();
  const all = [shown, ...listed];
  const one = all.find(({ marker }) => marker.href === link.href);
  pop.hidePopover();
  show(one, all.filter((other) => other !== one));
});

on("click", "[data-do=ia-write]", () => focus($(".passage > .composer textarea", pop) ?? $(".ia-in .message", pop)));

/** Return the address of a passage: of its comments, and for browsers that know how, of its words. */
function address({ marker, start, end }) {
  const words = map.slice(start, end).split("\n");
  const encode = (text) => encodeURIComponent(text).replaceAll("-", "%2D");
  const isLong = words.length > 1 || words[0].length > 300;
  const [first, last] = [words[0].split(" ").slice(0, 5), words.at(-1).split(" ").slice(-5)];
  const text = (isLong ? [first, last].map((some) => some.join(" ")) : words).map(encode);
  return `${marker.href.split("#")[0]}#${marker.id}${end ? `:~:text=${text}` : ""}`;
}

on("click", "[data-do=ia-copy]", async () => {
  await navigator.clipboard.writeText(address(shown));
  say(word("copied"), true);
});

pop.addEventListener("toggle", ({ newState }) => {
  if (newState === "open") return;
  shown = null;
  mark(null);
  $(".ia-in", pop).replaceChildren();
});

/* --- selecting: the selection is never changed, and copying stays what it was */

const hasKey = $("[data-do=ia-key]");
const touch = matchMedia("(pointer: coarse)");
/** What was selected last: on a phone, pressing the button ends the selection. */
let chosen = null;
let waiting;

/** Return what is selected of the article; a selection that began or ends elsewhere is cut to the article. */
function selected() {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0).cloneRange();
  const [starts, ends] = [prose.contains(range.startContainer), prose.contains(range.endContainer)];
  if (!starts && !ends) return null;
  if (!starts) range.setStart(prose, 0);
  if (!ends) range.setEnd(prose, prose.childNodes.length);
  const span = map.offsets(range);
  return span.start < span.end ? span : null;
}

function offer() {
  if (shown) return;
  chosen = selected();
  if (!chosen) return pick.hidePopover();
  if (!pick.matches(":popover-open")) say(hasKey.checked ? said.key : said.picked);
  pick.showPopover();
  pick.classList.toggle("dock", touch.matches);
  if (touch.matches) dock();
  else put(pick, boxes(chosen));
}

/** Stay above the keyboard, and below the bar that the device shows at the selection. */
function dock() {
  const view = visualViewport;
  pick.style.left = "";
  pick.style.top = `${view.offsetTop + view.height - pick.offsetHeight}px`;
}

async function choose() {
  const { start, end } = selected() ?? chosen;
  const exact = map.slice(start, end);
  const url = new URL(prose.dataset.new, location);
  const sent = { exact, before: map.slice(start - CONTEXT, start), after: map.slice(end, end + CONTEXT) };
  const place = { revision: prose.dataset.revision, start, end };
  url.search = new URLSearchParams({ ...place, ...sent });
  // Servers refuse long addresses. Of these words, the offsets say enough; that they fit is looked at below.
  if (url.href.length > 2000) url.search = new URLSearchParams(place);
  const answer = await ask(url).catch(() => null);
  const part = answer && fragment(await answer.text());
  const form = answer?.ok && $("[id^=composer]", part);
  const fits = form && (!form.matches("form") || form.elements.exact.value.includes(exact));
  const quote = document.createElement("blockquote");
  [quote.textContent, quote.dir, quote.lang] = [exact, "auto", prose.closest("[lang]").lang];
  const trouble = document.createElement("p");
  [trouble.className, trouble.role] = ["message bad", "alert"];
  trouble.textContent =
    (answer?.ok ? said.changed : part && $(".message, #why", part)?.textContent) || word("offline");
  const box = document.createElement("div");
  box.className = "quoted";
  box.append(quote);
  open({ start, end }, [], $("button", pick), said.title, box, fits ? form : trouble);
  if (!fits) return answer?.status === 409 ? refresh() : focus(trouble);
  carry(form);
  focus(form.matches("form") ? area(form) : form);
}

/** A text whose passage had changed goes on with the words that were selected next. */
function carry(form) {
  const left = draftsOf($("#comments").dataset.article).find(({ again }) => again);
  if (!left || !form.matches("form") || area(form).value.trim()) return;
  area(form).value = left.text;
  changed(form);
  drop(left.key);
}

if (hasKey) {
  document.addEventListener("selectionchange", () => {
    clearTimeout(waiting);
    waiting = setTimeout(offer, 250);
  });
  // Pressing the button would end the selection, on a phone before the click arrives.
  pick.addEventListener("pointerdown", (event) => event.preventDefault());
  for (const type of ["resize", "scroll"]) {
    visualViewport.addEventListener(type, () => chosen && touch.matches && dock());
  }
  document.addEventListener("keydown", (event) => {
    const isOther = event.ctrlKey || event.metaKey || event.altKey || event.target.closest("textarea, select, input");
    if (event.key.toLowerCase() !== "c" || isOther || !hasKey.checked || !chosen || shown) return;
    event.preventDefault();
    choose();
  });
  // Other words may stand there now.
  prose.addEventListener("refreshed", () => {
    chosen = null;
    pick.hidePopover();
  });
  on("click", "[data-do=ia-pick]", choose);
  offer();
}
