/* Replying in place, and what the server answers: an accepted comment takes its place, a refused one keeps its text. */
import { $, arrived, count, focus, on, reason, say, word } from "./page.js";
import { area, changed, draftsOf, drop, dropSent, keep } from "./composer.js";

// Pressing the link can end the selection before the click arrives.
let selected = "";
on("pointerdown", ".re", () => (selected = String(getSelection())));

function quote(link) {
  const words = (String(getSelection()) || selected).trim();
  selected = "";
  const isOurs = words && $(".tx", link.closest("article")).innerText.includes(words.split("\n")[0]);
  return isOurs ? `${words.replace(/^/gm, "> ")}\n\n` : "";
}

async function open(link) {
  const item = link.closest("li");
  const form = () => document.getElementById(`composer-${/(\d+)\/reply/.exec(link.href)[1]}`);
  if (!form()) await htmx.ajax("GET", link.href, { target: $("article", item), swap: "afterend settle:0ms" });
  // It is open in the thread already, and the same comment is shown beside its passage.
  if (form() && !item.contains(form())) link.closest("[popover]")?.hidePopover();
  return form();
}

on("click", ".re", async (link, event) => {
  event.preventDefault();
  const quoted = quote(link);
  const form = await open(link);
  if (!form) return;
  area(form).value = quoted + area(form).value;
  changed(form);
  focus(area(form));
  form.scrollIntoView({ block: "nearest" });
  area(form).setSelectionRange(-1, -1);
});

on("click", "li [data-do=cancel]", (link, event) => {
  event.preventDefault();
  const form = link.closest("form");
  const item = link.closest("li");
  keep(form, { shut: true });
  form.remove();
  focus($(".re", item));
});

const article = $("#comments")?.dataset.article;

function reopen() {
  const draft = draftsOf(article).find(({ key, shut }) => /:[1-9]/.test(key) && !shut);
  const parent = draft?.key.split(":")[1];
  const link = parent && $(`#c${parent} > article .re`);
  if (link) return open(link);
  if (!parent || $(`#composer-${parent}`)) return;
  const go = document.createElement("a");
  go.href = `/comments/${parent}/reply/`;
  go.textContent = word("unfinished");
  $("#thread")?.before(go);
}

if (article) {
  const shown = /^#c\d+$/.test(location.hash) && $(`${location.hash} .tx`);
  if (shown) dropSent(article, shown.textContent);
  reopen();
  on("htmx:afterSettle", "#thread", (thread, { detail }) => detail.target === thread && reopen());
}

/** Put a comment below the one that it answers, or first; the page of the form alone has no place for it. */
export function place(item, parent) {
  if (!parent) return $("#roots")?.prepend(item);
  const above = $(`#c${parent}`);
  if (!above) return;
  if (!$(`#r${parent}`)) {
    const isRoot = above.parentNode.id === "roots";
    above.insertAdjacentHTML("beforeend", `<div${isRoot ? ' class="replies"' : ""}><ol id="r${parent}"></ol></div>`);
  }
  const replies = $(`#r${parent}`);
  replies.closest("details")?.setAttribute("open", "");
  replies.insertBefore(item, $(":scope > .more", replies));
}

function accepted(form, html) {
  const answer = document.createElement("template");
  answer.innerHTML = html;
  const list = $("ol", answer.content);
  const item = list.firstElementChild;
  const fresh = $(".composer", answer.content);
  const isHeld = "held" in list.dataset;
  drop(form.dataset.draft);
  place(item, list.dataset.parent);
  // After a comment on a passage the answer brings the form of the article, which is there already.
  const next = fresh?.id === form.id ? fresh : null;
  form.replaceWith(next ?? "");
  $(".none")?.remove();
  if (!isHeld) count(1);
  for (const added of [item, next]) if (added) arrived(added);
  // On a narrow screen the reply may belong to a list that is not shown there.
  if (!item.offsetParent) return location.assign($(".at", item).href);
  focus($("article", item));
  say(word(isHeld ? "held" : "posted"));
}

function complain(form, message) {
  const box = $("[role=alert]", form) ?? document.createElement("div");
  box.className = "message bad";
  box.role = "alert";
  box.textContent = message;
  form.prepend(box);
  focus(box);
}

on("htmx:beforeSwap", ".composer", (target, { detail }) => {
  const { elt: form, xhr } = detail;
  if (!form.matches(".composer")) return;
  const place = xhr.getResponseHeader("HX-Retarget");
  detail.shouldSwap = place && xhr.status !== 201;
  if (xhr.status === 201) accepted(form, xhr.responseText);
  else if (!place) complain(form, reason(xhr.responseText));
  else if (!place.endsWith(form.id)) form.remove();
});

on("htmx:afterSettle", ".composer", (form) => focus($("[role=alert]", form)));
on("htmx:sendError", ".composer", (form) => complain(form, word("offline")));
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!detail.elt.matches(".composer")) say(reason(detail.xhr.responseText), true);
});
on("submit", ".composer", (form) => keep(form, { sent: true }));
