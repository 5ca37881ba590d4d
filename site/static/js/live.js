/* What others do while the page is open: new comments wait behind a button, the rest changes where it stands. */
import { $, arrived, count, focus, on, onContent, say, word, words } from "./page.js";
import { place } from "./posting.js";

/* Milliseconds between two questions: while things happen, and when nothing has for long. */
const QUICK = 4000;
const SLOW = 240_000;
/* More new comments than this are read on a page of their own. */
const MANY = 20;

const box = $("[data-live]");
const button = $("#fresh");
const fresh = new Set();
let { seen, live, stream } = box?.dataset ?? {};
let wait = QUICK;
let timer, source;

/** The comment as the reader may see it, in the list that names its parent; null when it is not there for them. */
async function card(id) {
  const answer = await fetch(`/comments/${id}/card/`);
  if (answer.status === 404) return null;
  if (!answer.ok) throw answer;
  const parsed = document.createElement("template");
  parsed.innerHTML = await answer.text();
  return $("ol", parsed.content);
}

/** Show how many wait. What is on the page already, such as the reader's own, does not. */
function offer() {
  for (const id of fresh) if ($(`#c${id}`)) fresh.delete(id);
  const text = fresh.size ? words("fresh", fresh.size) : "";
  if (text && text !== button.textContent) say(text);
  button.textContent = text;
  button.hidden = !text;
}

async function patch(id) {
  if (!$(`#c${id}`)) return;
  const list = await card(id);
  const item = $(`#c${id}`);
  const old = item && $("article", item);
  if (!old) return;
  const now = list && $("article", list);
  const hadFocus = (now ? old : item).contains(document.activeElement);
  count(Boolean(now && $(".tx", now)) - Boolean($(".tx", old)));
  if (now) {
    now.classList.remove("new");
    old.replaceWith(now);
    arrived(now);
  } else if ($(".composer", item)) return;
  else item.remove();
  if (hadFocus) focus(now ?? $("#count"));
}

async function take({ latest, events }) {
  seen = latest;
  for (const { comment, kind } of events) {
    if (kind === "added" && !$(`#c${comment}`)) fresh.add(comment);
    else if (kind === "gone") fresh.delete(comment);
    if (comment) await patch(comment).catch(() => {});
  }
  offer();
}

async function ask() {
  clearTimeout(timer);
  if (document.hidden || source) return;
  let least = 0;
  try {
    const answer = await fetch(`${live}?since=${seen}`);
    wait = answer.status === 200 ? QUICK : wait * 1.5;
    least = 1000 * answer.headers.get("Retry-After");
    if (answer.status === 200) await take(await answer.json());
  } catch {
    wait *= 2;
  }
  wait = Math.min(wait, SLOW);
  clearTimeout(timer);
  timer = setTimeout(ask, Math.max(wait, least));
}

function listen() {
  source = new EventSource(`${stream}?since=${seen}`);
  source.onmessage = ({ data }) => take(JSON.parse(data));
  source.onerror = () => {
    // It comes back by itself from a broken line; from a refusal it does not.
    if (source?.readyState !== EventSource.CLOSED) return;
    source = null;
    stream = "";
    ask();
  };
}

function wake() {
  source?.close();
  source = null;
  clearTimeout(timer);
  wait = QUICK;
  if (document.hidden) return;
  if (stream) listen();
  else ask();
}

on("click", "#fresh", async () => {
  const ids = [...fresh].sort((a, b) => a - b);
  if (ids.length > MANY) return location.assign("?sort=newest#comments");
  let first;
  try {
    for (const id of ids) {
      const list = $(`#c${id}`) ? null : await card(id);
      fresh.delete(id);
      const { parent } = list?.dataset ?? {};
      if (!list || (parent && !$(`#c${parent}`))) continue;
      const item = list.firstElementChild;
      place(item, parent);
      $(".none")?.remove();
      arrived(item);
      count(1);
      first ??= item;
    }
  } catch {
    say(word("failed"), true);
  }
  offer();
  if (first) focus($("article", first));
  // Each answers something that this page does not show.
  else if (ids.length && !fresh.size) location.assign(`/comments/${ids[0]}/`);
});

if (box && button) {
  onContent(() => fresh.size && offer());
  on("htmx:afterSettle", "#thread", (thread, { detail }) => {
    if (detail.target === thread) fresh.clear();
    offer();
  });
  document.addEventListener("visibilitychange", wake);
  addEventListener("online", wake);
  if (stream) wake();
  else timer = setTimeout(ask, QUICK);
}
