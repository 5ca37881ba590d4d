/* Canonical text, version 1. discussions/passages/canon.py is the specification; the tests hold both to one result. */

export const VERSION = 1;

const skipped =
  /^(script|style|iframe|svg|math|noscript|template|button|audio|video|object|canvas|select|textarea)$/;
const blocks =
  /^(address|article|aside|blockquote|caption|d[dlt]|details|div|fieldset|fig(caption|ure)|footer|form|h[1-6r]|header|li|main|nav|[ou]l|p|pre|section|summary|t([dhr]|able|body|foot|head))$/;
const space = "\\t\\n\\v\\f\\r \\u00a0\\u1680\\u2000-\\u200b\\u2028\\u2029\\u202f\\u205f\\u3000\\ufeff";
/* White space, or words with single spaces between them: these stand in the text as they stand in the page. */
const pieces = new RegExp(`[^${space}]+(?: [^${space}]+)*|[${space}]+`, "g");
const isSpace = new RegExp(`^[${space}]`);

/** Code points of a string; and UTF-16 units that its first `points` take. Without pairs, both are the same. */
const pair = /[\ud800-\udbff]/;
const count = (text) => (pair.test(text) ? [...text].length : text.length);
const units = (text, points) => (pair.test(text) ? [...text].slice(0, points).join("").length : points);

/** How many of `list`, from its beginning, hold for `test`: the list must say yes first and no from some item on. */
function holds(list, test) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(list[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Read an element. Offsets are code points of `text`; `range` and `offsets` lead from them to the page and back. */
export function canonical(root) {
  // A run is what stands in one text node as it stands in the text: at its offset, `size` code points of it.
  const runs = [];
  let [text, length, gap] = ["", 0, ""];

  function words(node, from, found) {
    if (gap && length) [text, length] = [text + gap, length + 1];
    const size = count(found);
    runs.push({ at: length, size, node, from, found });
    [text, length, gap] = [text + found, length + size, ""];
  }

  function read(node) {
    if (node.nodeType === 3) {
      for (const { 0: found, index } of node.data.matchAll(pieces)) {
        if (isSpace.test(found)) gap ||= " ";
        else words(node, index, found);
      }
    } else if (node.nodeType === 1) {
      const { localName: name } = node;
      const isBlock = blocks.test(name);
      if (isBlock) gap = "\n";
      else if (name === "br") gap ||= " ";
      if (!skipped.test(name) && !node.hasAttribute("data-ia-ui")) all(node);
      if (isBlock) gap = "\n";
    }
  }

  function all(parent) {
    for (let node = parent.firstChild; node; node = node.nextSibling) read(node);
  }
  all(root);

  const place = (run, offset) => [run.node, run.from + units(run.found, Math.min(offset - run.at, run.size))];

  /** Return the nodes and offsets for the stretch, as a `StaticRange` wants them. */
  function range(start, end) {
    const first = runs[holds(runs, (run) => run.at <= start) - 1];
    const last = runs[holds(runs, (run) => run.at < end) - 1];
    const [startContainer, startOffset] = place(first, start);
    const [endContainer, endOffset] = place(last, end);
    return { startContainer, startOffset, endContainer, endOffset };
  }

  /** Return the offset of a place in the page: before a gap, or behind it for the beginning of something. */
  function offset(node, inside, isStart) {
    const point = new Range();
    point.setStart(node, inside);
    const n = holds(runs, (run) => point.comparePoint(run.node, run.from) < 0);
    const run = runs[n - 1];
    if (!run) return 0;
    const used = node === run.node ? inside - run.from : run.found.length;
    if (used >= run.found.length) return isStart ? (runs[n]?.at ?? length) : run.at + run.size;
    return run.at + count(run.found.slice(0, used));
  }

  /** Return where a range begins and ends, without white space on either side. */
  function offsets({ startContainer, startOffset, endContainer, endOffset }) {
    let [start, end] = [offset(startContainer, startOffset, true), offset(endContainer, endOffset, false)];
    const letters = [...text];
    while (start < end && isSpace.test(letters[start])) start++;
    while (start < end && isSpace.test(letters[end - 1])) end--;
    return { start, end };
  }

  const slice = (start, end) => [...text].slice(Math.max(start, 0), end).join("");
  return { text, range, offset, offsets, slice };
}
