/* The form of a rule: what a button adds, and what a field asks, without loading the page. It works without any of this. */
import { $, $$, focus, on } from "./page.js";

const QUIET = 700;
const ASIDE = ["add", "group", "remove", "again", "try"];
let turn = 0;

/** What is typed in a control now, to tell whether somebody has gone on typing while we waited. */
const typed = (control) => (control.matches("[type=checkbox], [type=radio]") ? control.checked : control.value);
const controls = (form) => $$("select, textarea, input:not([type=hidden])", form).filter((control) => control.name);
const key = (control) => `${control.name}=${control.matches("[type=checkbox], [type=radio]") ? control.value : ""}`;

/** Keep in the new form what was typed in the old one since it was sent. */
function keep(old, fresh, sent) {
  const places = new Map(controls(fresh).map((control) => [key(control), control]));
  for (const control of controls(old)) {
    const place = places.get(key(control));
    if (!place || sent.get(key(control)) === typed(control)) continue;
    if (typeof typed(control) === "boolean") place.checked = control.checked;
    else place.value = control.value;
  }
}

/** Send the form and show what comes back of it; a text that is only tried changes nothing but the answer. */
async function ask(form, act) {
  const mine = ++turn;
  const before = document.activeElement;
  const fields = new FormData(form);
  fields.set("do", act);
  const sent = new Map(controls(form).map((control) => [key(control), typed(control)]));
  const answer = await fetch(location.href, { method: "POST", body: new URLSearchParams(fields) }).catch(() => null);
  if (mine !== turn) return;
  if (!answer || (!answer.ok && answer.status !== 422)) return send(form, act);
  const fresh = $("#rule-form", new DOMParser().parseFromString(await answer.text(), "text/html"));
  if (mine !== turn) return;
  if (!fresh) return send(form, act);
  if (act === "try") return $("#tried").replaceChildren(...$("#tried", fresh).childNodes);
  if (!act.startsWith("remove")) keep(form, fresh, sent);
  form.replaceWith(fresh);
  const here = $("[autofocus]", fresh);
  focus(here ?? (before?.id ? document.getElementById(before.id) : null));
}

/** The browser sends it: what went wrong is then its page to show. */
function send(form, act) {
  const button = document.createElement("button");
  Object.assign(button, { name: "do", value: act, hidden: true });
  form.append(button);
  button.dataset.plain = "";
  form.requestSubmit(button);
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  const act = button?.value ?? "";
  if (event.target.id !== "rule-form" || !ASIDE.includes(act.split(":")[0]) || "plain" in button.dataset) return;
  event.preventDefault();
  ask(event.target, act);
});

on("change", "#rule-form [data-asks]", (select) => ask(select.form, "again"));

let wait;
on("input", "#try-text", (area) => {
  clearTimeout(wait);
  wait = setTimeout(() => ask(area.form, "try"), QUIET);
});
