/* A vote shows at once; the server has the last word. Of quick clicks only the last target is sent. */
import { $, digits, local, on, post, say } from "./page.js";

const waiting = new Map();

const buttons = (id) => Object.fromEntries([1, -1].map((value) => [value, $(`#c${id} > article [data-vote="${value}"]`)]));
const mine = (pair) => [1, -1].find((value) => pair[value]?.ariaPressed === "true") ?? 0;

function show(id, vote, counts) {
  const pair = buttons(id);
  const before = mine(pair);
  for (const value of [1, -1]) {
    const button = pair[value];
    if (!button) continue;
    const count = counts ? counts[value === 1 ? "up" : "down"] : digits(button) + (vote === value) - (before === value);
    button.ariaPressed = String(vote === value);
    button.value = vote === value ? 0 : value;
    button.ariaLabel = button.ariaLabel.replace(/\d+/, count);
    button.textContent = count || value === 1 ? local(count) : "";
  }
}

async function send(id, url) {
  const state = waiting.get(id);
  try {
    let sent, counts;
    do {
      sent = state.wanted;
      counts = await post(url, { value: sent });
      state.before = sent;
    } while (sent !== state.wanted);
    show(id, counts.mine, counts);
  } catch (error) {
    show(id, state.before);
    say(error.message, true);
  }
  waiting.delete(id);
}

on("click", "[data-vote]", (button, event) => {
  event.preventDefault();
  const id = button.closest("li").id.slice(1);
  const wanted = Number(button.value);
  const before = mine(buttons(id));
  show(id, wanted);
  if (waiting.has(id)) waiting.get(id).wanted = wanted;
  else {
    waiting.set(id, { wanted, before });
    send(id, button.getAttribute("formaction"));
  }
});
