/* The moderators' desk: every key does what the button that shows it does. The pages work without any of this. */
import { $, $$, focus, on, post, say, word } from "./page.js";

const BEAT = 45_000;
const form = $("#decide");
const card = $("#card");
const rows = $$("#cases .excerpt a");

/* A form that was sent is not sent again by an impatient key; coming back to the page makes it free. */
let sent = false;
/** The answer to our question whether the case is ours, while we wait for it. */
let asking = null;

const isTyping = (element) => element.closest("textarea, select, input:not([type=radio], [type=checkbox])");

/* --- keys */

function move(step) {
  const here = rows.findIndex((link) => link.closest("li").contains(document.activeElement));
  focus(rows[Math.min(Math.max(here + step, 0), rows.length - 1)]);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isTyping(event.target)) return event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || sent) return;
  if (isTyping(event.target) || $("dialog[open]")) return;
  const control = $(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
  if (control) {
    event.preventDefault();
    if (control.matches("textarea, [type=radio]")) focus(control);
    if (!control.matches("textarea")) control.click();
  } else if (rows.length && (event.key === "j" || event.key === "k")) {
    event.preventDefault();
    move(event.key === "j" ? 1 : -1);
  }
});

on("click", "[data-do=keys]", () => $("#keys").showModal());
on("change", "[data-do=all]", (box) => {
  for (const row of $$("[name=row]")) row.checked = box.checked;
});

/* --- the decision */

/** Put the guideline's words for the author into the note, unless the moderator has written something. */
on("change", "#decide [name=guideline]", (radio) => {
  const note = $("#note");
  const offered = $$("[data-note]", form).map((other) => other.dataset.note);
  if (!note.value.trim() || offered.includes(note.value)) note.value = radio.dataset.note;
  $("#choose").hidden = true;
});

function missing(button) {
  if (button?.name !== "outcome" || button.value === "publish") return null;
  if (!$("[name=guideline]:checked", form)) return [$("[name=guideline]", form), "choose"];
  return $("#note").value.trim() ? null : [$("#note"), "note"];
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target.id === "note-form" || event.target.method === "dialog") return;
  const wanted = event.target === form ? missing(button) : null;
  if (sent || wanted) event.preventDefault();
  if (wanted) {
    const [control, why] = wanted;
    $("#choose").textContent = word(why);
    $("#choose").hidden = why !== "choose";
    focus(control);
    say(word(why), why === "note");
  } else if (!sent && asking && event.target === form) {
    // The answer may bring the version that the decision has to name.
    event.preventDefault();
    asking.catch(() => null).then(() => form.requestSubmit(button));
  } else if (!sent) sent = event.target.method === "post";
});
addEventListener("pageshow", () => (sent = false));

/** Words that are selected in the comment are the words in question. */
document.addEventListener("selectionchange", () => {
  const chosen = getSelection();
  const text = chosen.toString().replace(/\s+/g, " ").trim();
  if (form && text && $("#text").contains(chosen.anchorNode) && $("#text").contains(chosen.focusNode)) {
    $("#span").value = text.slice(0, 600);
  }
});

/* --- notes for staff, without leaving a decision that is half made */

on("submit", "#note-form", async (notes, event) => {
  event.preventDefault();
  const area = $("#note-text");
  try {
    const note = await post(notes.action, { text: area.value, about: event.submitter?.value ?? "comment" });
    const item = document.createElement("li");
    const [by, text] = [document.createElement("p"), document.createElement("p")];
    [by.className, by.textContent, text.textContent, text.dir] = ["meta", note.by, note.text, "auto"];
    item.append(by, text);
    $("#note-list").prepend(item);
    area.value = "";
    say(word("noted"), true);
  } catch (error) {
    say(error.message, true);
  }
});

/* --- whose case it is */

async function beat() {
  if (document.hidden || sent || asking) return;
  const { revision, lock_version: lock } = form.elements;
  asking = post(card.dataset.claim, { revision: revision.value });
  try {
    const now = await asking;
    if (now.mine) lock.value = now.lock_version;
    if (now.news && now.news !== $("#news").textContent) $("#news").textContent = now.news;
    if (!now.news && now.mine) $("#news").textContent = "";
  } catch {
    // Not said: the site is asked again, and a decision that cannot be sent says so itself.
  }
  asking = null;
}

if (card && !("over" in card.dataset)) {
  beat();
  setInterval(beat, BEAT);
  addEventListener("focus", beat);
  document.addEventListener("visibilitychange", beat);
}

/* --- a minute to take the last decision back */

const undo = $(".undo");
if (undo) {
  const end = Date.now() + 1000 * undo.dataset.left;
  const tick = setInterval(() => {
    const left = Math.round((end - Date.now()) / 1000);
    $(".left", undo).textContent = Math.max(left, 0);
    if (left > 0) return;
    clearInterval(tick);
    $("button", undo).disabled = true;
  }, 1000);
}

focus($("#conflict"));
