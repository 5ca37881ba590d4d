/* A vote shows at once; the server has the last word. Of quick clicks only the last target is sent. */
import { $$, digits, local, on, post, say } from "./page.js";

const waiting = new Map();

/* A comment may be on the page twice, in the thread and beside its passage; the address is what its buttons share. */
const buttons = (url) => $$(`[data-vote][formaction="${url}"]`);
const valueOf = (button) => Number(button.dataset.vote);
const mine = (all) => valueOf(all.find((button) => button.ariaPressed === "true") ?? { dataset: { vote: 0 } });

function show(url, vote, counts) {
  const all = buttons(url);
  const before = mine(all);
  for (const button of all) {
    const value = valueOf(button);
    const count = counts ? counts[value === 1 ? "up" : "down"] : digits(button) + (vote === value) - (before === value);
    button.ariaPressed = String(vote === value);
    button.value = vote === value ? 0 : value;
    button.ariaLabel = button.ariaLabel.replace(/\d+/, count);
    button.textContent = count || value === 1 ? local(count) : "";
  }
}

async function send(url) {
  const state = waiting.get(url);
  try {
    let sent, counts;
    do {
      sent = state.wanted;
      counts = await post(url, { value: sent });
      state.before = sent;
    } while (sent !== state.wanted);
    show(url, counts.mine, counts);
  } catch (error) {
    show(url, state.before);
    say(error.message, true);
  }
  waiting.delete(url);
}

on("click", "[data-vote]", (button, event) => {
  event.preventDefault();
  const url = button.getAttribute("formaction");
  const wanted = Number(button.value);
  const before = mine(buttons(url));
  show(url, wanted);
  if (waiting.has(url)) waiting.get(url).wanted = wanted;
  else {
    waiting.set(url, { wanted, before });
    send(url);
  }
});
